import type { ApiName, CaseOptions } from '../contract'

/** The part of a case's options that tells what it asks. */
export type Needs = Pick<CaseOptions, 'needs'>

/** The options of a case that asks this API in these versions. */
export function needs(api: ApiName, ...versions: readonly number[]): Needs {
  return { needs: versions.map(version => ({ api, version })) }
}

/** The options of a case that asks several APIs, each in one version or in several. */
export function needsAll(apis: Readonly<Partial<Record<ApiName, number | readonly number[]>>>): Needs {
  return {
    needs: Object.entries(apis).flatMap(([api, versions]) =>
      [versions].flat().map(version => ({ api: api as ApiName, version })),
    ),
  }
}
