import type { ApiName, CaseOptions } from '../contract'

/** The options of a case that asks this API in these versions. */
export function needs(api: ApiName, ...versions: readonly number[]): CaseOptions {
  return { needs: versions.map(version => ({ api, version })) }
}
