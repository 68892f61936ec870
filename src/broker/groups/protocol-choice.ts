import { javaHash } from '../cluster/java-hash'
import type { ClassicGroup, GroupMember, GroupProtocol } from './classic-group'

type Members = ClassicGroup['members']

/** The assignors that every member knows. */
function commonProtocols(members: Members): Set<string> {
  const lists = [...members.values()].map(({ protocols }) => new Set(protocols.map(({ name }) => name)))
  const [first = new Set<string>(), ...others] = lists
  return new Set([...first].filter(name => others.every(known => known.has(name))))
}

/** The assignor of the next generation: each member votes for the first of its own that all know, and most votes win. */
export function chooseProtocol(members: Members): string | null {
  const common = commonProtocols(members)
  const votes = new Map<string, number>()
  for (const { protocols } of members.values()) {
    const choice = protocols.find(({ name }) => common.has(name))?.name
    if (choice !== undefined) votes.set(choice, (votes.get(choice) ?? 0) + 1)
  }
  const most = Math.max(...votes.values())
  const winners = [...votes.keys()].filter(name => votes.get(name) === most)
  return winners.sort((a, b) => bucketOf(a) - bucketOf(b))[0] ?? null
}

/** Of several with as many votes Kafka takes the one that its hash map has first. */
function bucketOf(name: string): number {
  const hash = javaHash(name)
  return (hash ^ (hash >>> 16)) & 15
}

/** Whether somebody with these assignors can be a member beside those who are there. */
export function suits(
  group: ClassicGroup,
  protocolType: string,
  protocols: readonly GroupProtocol[],
): boolean {
  if (group.state === 'Empty' || group.state === 'Dead') return protocolType !== '' && protocols.length > 0
  if (group.protocolType !== protocolType) return false
  if (group.members.size === 0) return protocols.length > 0
  const common = commonProtocols(group.members)
  return protocols.some(({ name }) => common.has(name))
}

/** Whether a member comes back with just what it said before. */
export function isUnchanged(member: GroupMember, protocols: readonly GroupProtocol[]): boolean {
  return (
    member.protocols.length === protocols.length &&
    member.protocols.every(({ name, metadata }, i) => {
      const other = protocols[i]!
      return name === other.name && metadata.equals(other.metadata)
    })
  )
}

/** What a member tells the assignor of this name; no bytes if it does not know it. */
export function metadataOf({ protocols }: GroupMember, protocolName: string | null): Buffer {
  return protocols.find(({ name }) => name === protocolName)?.metadata ?? Buffer.alloc(0)
}
