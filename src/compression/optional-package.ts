import { UnsupportedError } from '../kernel'

/** What `load` answers. When the package is missing or does not run here, an error that says what to do about it. */
export function optionalPackage<T>(use: string, advice: string, load: () => T): T {
  try {
    return load()
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error)
    // That it is missing is said; the cause would add the list of those who asked for it, which are ours.
    const isMissing = (error as { readonly code?: unknown } | undefined)?.code === 'MODULE_NOT_FOUND'
    throw new UnsupportedError(`${use}: ${advice} (${reason})`, isMissing ? undefined : error)
  }
}
