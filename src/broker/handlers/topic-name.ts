const maxLength = 249

/** Why Kafka takes this for no topic's name; undefined when it does. */
export function topicNameFault(name: string): string | undefined {
  if (name === '') return 'the empty string is not allowed'
  if (name === '.' || name === '..') return `'${name}' is not allowed`
  if (name.length > maxLength)
    return `the length of '${name}' is longer than the max allowed length ${maxLength}`
  if (!/^[a-zA-Z0-9._-]+$/.test(name))
    return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`
  return undefined
}
