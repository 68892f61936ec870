import type { Api } from '../../protocol'

/** A request as a fault, or a test, sees it. */
export interface SeenRequest<Body = unknown> {
  /** The broker that was asked. */
  readonly broker: number
  readonly api: Api
  readonly version: number
  readonly clientId: string | null
  readonly body: Body
  /** Topics that the request names: by name, even where its body says ids. */
  readonly topics: readonly string[]
}
