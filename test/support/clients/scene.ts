import type { ContractContext } from '../contract'
import type { Client, ClientAtWork } from './client'
import type { Ours } from './ours'

/** What a case is given: a client of somebody else's, one of ours, and the cluster between them. */
export interface Scene {
  readonly client: Client
  readonly theirs: ClientAtWork
  readonly ours: Ours
  readonly ctx: ContractContext
}

/** A topic that their client has created, on three brokers if there are so many. */
export async function newTopic({ theirs, ctx }: Scene, partitions: number): Promise<string> {
  const name = ctx.uniqueName('topic')
  await theirs.create({ name, partitions, replication: replicationOf(ctx) })
  return name
}

export const replicationOf = ({ brokers }: ContractContext): number => Math.min(3, brokers.length)
