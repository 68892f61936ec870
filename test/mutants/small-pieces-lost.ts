import { type Mutate } from '../support/mutants'

/** A request that comes in small pieces is lost. */
export const mutate: Mutate = parts => ({
  ...parts,
  openConnection: (wire, options) => {
    const right = parts.openConnection(wire, options)
    const take = right.data.bind(right)
    right.data = bytes => {
      if (bytes.length > 4) take(bytes)
    }
    return right
  },
})

export const only = /^connection\./
