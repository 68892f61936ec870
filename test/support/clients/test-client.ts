import { contract, reportSkip, runContract } from '../contract'
import { casesOf, type ClientCase } from './cases'
import type { Client } from './client'
import { withOurs } from './ours'
import { clientsAreRequired, ClientUnavailable } from './unavailable'

/** Runs cases (default: what every client must be able to do) with one client; the only line of a file of them. */
export function testClient(client: Client, cases: readonly ClientCase[] = casesOf(client)): void {
  void declare(client, cases).then(runContract)
}

async function declare(client: Client, cases: readonly ClientCase[]): Promise<void> {
  const at = await client.install().catch((error: Error) => error)
  if (at instanceof ClientUnavailable && !clientsAreRequired()) return reportSkip(client.name, at.message)
  if (at instanceof Error) return contract(`${client.name} is installed`, {}, () => Promise.reject(at))
  for (const { does, run, brokers = 1 } of cases)
    contract(`${client.name} ${does}`, { brokers }, ctx =>
      withOurs(ctx.bootstrap, ours => run({ client, theirs: at(ctx.bootstrap), ours, ctx })),
    )
}
