import type { ApiName, Need } from '../contract'

/** The options of a case that asks this API in these versions. */
export function needs(api: ApiName, ...versions: readonly number[]): { readonly needs: readonly Need[] } {
  return { needs: versions.map(version => ({ api, version })) }
}
