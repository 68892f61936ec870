/** The machine lacks the language that a client is written in. */
export class ClientUnavailable extends Error {
  override readonly name = 'ClientUnavailable'
}

/** With `REQUIRE_CLIENTS=1` that is a failure, without it a skip with the reason. */
export const clientsAreRequired = (): boolean => process.env['REQUIRE_CLIENTS'] === '1'
