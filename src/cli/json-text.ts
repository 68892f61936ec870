/** What can be printed as JSON; a member that is undefined is left out. */
export type Printable =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Printable[]
  | { readonly [name: string]: Printable | undefined }

/** JSON in which a bigint is a number with all its digits. */
export function jsonText(value: Printable): string {
  if (typeof value === 'bigint') return value.toString()
  if (isArray(value)) return `[${value.map(jsonText).join(',')}]`
  return typeof value === 'object' && value !== null ? `{${membersText(value)}}` : JSON.stringify(value)
}

/** The members of an object, without its braces. */
export function membersText(object: { readonly [name: string]: Printable | undefined }): string {
  const members: string[] = []
  for (const [name, value] of Object.entries(object))
    if (value !== undefined) members.push(`${JSON.stringify(name)}:${jsonText(value)}`)
  return members.join(',')
}

/** The texts of many items with commas between. */
export function* commaSeparated<T>(
  items: Iterable<T>,
  textOf: (item: T) => Iterable<string>,
): Generator<string, void> {
  let comma = ''
  for (const item of items) {
    yield comma
    yield* textOf(item)
    comma = ','
  }
}

function isArray(value: Printable): value is readonly Printable[] {
  return Array.isArray(value)
}
