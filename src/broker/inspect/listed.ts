type Body = Readonly<Record<string, unknown>>

/** What the lists of these names hold in a body, one list after another; a list may be absent or null. */
export function listed(body: unknown, lists: readonly string[]): readonly unknown[] {
  // A group may be no more than its id.
  if (typeof body !== 'object' || body === null) return []
  const values = lists.map(list => (body as Body)[list])
  return values.flatMap(value => (Array.isArray(value) ? (value as readonly unknown[]) : []))
}

/** Names of the config resources of one type that a body lists. */
export function resourcesNamed(body: unknown, type: number): readonly string[] {
  const ofType = listed(body, [resources]).filter(one => (one as Body)['resourceType'] === type)
  return ofType.map(one => String((one as Body)['resourceName']))
}

/** The list of config resources in a request. */
export const resources = 'resources'
