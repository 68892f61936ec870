import type { Fields, Read, Write } from './field'

export type { Read, Write } from './field'

/** Everything there is to say of one Kafka API, all versions, both sides. */
export interface Api<Request extends Fields = Fields, Response extends Fields = Fields> {
  readonly name: string
  readonly key: number
  /** First and last version that this definition knows. */
  readonly versions: readonly [first: number, last: number]
  /** First version with compact lengths and tagged fields; null when there is none. */
  readonly flexible: number | null
  /** The last version is not served by brokers with default settings. */
  readonly lastVersionUnstable?: true
  readonly request: Request
  readonly response: Response
}

/** An API as a constant whose request and response types are inferred from its fields. */
export function defineApi<Request extends Fields, Response extends Fields>(
  api: Api<Request, Response>,
): Api<Request, Response> {
  return api
}

/** The body a caller gives to `request(api, body)`. */
export type RequestOf<A> = A extends Api<infer Request> ? Write<Request> : never
/** The body that comes back. */
export type ResponseOf<A> = A extends Api<Fields, infer Response> ? Read<Response> : never
/** A request as the broker reads it. */
export type ReceivedRequestOf<A> = A extends Api<infer Request> ? Read<Request> : never
/** A response as the broker gives it. */
export type GivenResponseOf<A> = A extends Api<Fields, infer Response> ? Write<Response> : never

/** Who a message is from: a client asks, a broker answers. */
export type Side = 'request' | 'response'

/** A message that is no API of its own: headers, group protocol data, control records. */
export interface Layout<S extends Fields = Fields> {
  readonly name: string
  readonly versions: readonly [first: number, last: number]
  readonly flexible: number | null
  readonly fields: S
}

/** A layout as a constant whose type is inferred from its fields. */
export function defineLayout<S extends Fields>(layout: Layout<S>): Layout<S> {
  return layout
}

/** One side of an API as a layout. */
export function layoutOf(api: Api, side: Side): Layout {
  const known = layouts[side].get(api)
  if (known) return known
  const layout = { name: api.name, versions: api.versions, flexible: api.flexible, fields: api[side] }
  layouts[side].set(api, layout)
  return layout
}

const layouts = { request: new WeakMap<Api, Layout>(), response: new WeakMap<Api, Layout>() }
