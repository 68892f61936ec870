import { type Mutate } from '../support/mutants'

/** An answer belongs to the request before it. */
export const mutate: Mutate = parts => ({
  ...parts,
  openConnection: (wire, options) =>
    parts.openConnection(wire, {
      ...options,
      serve: async (frame, connection) => {
        if (frame.length < 8) return options.serve(frame, connection)
        const asked = Buffer.from(frame)
        const correlationIdAt = 4
        asked.writeInt32BE(frame.readInt32BE(correlationIdAt) - 1, correlationIdAt)
        return options.serve(asked, connection)
      },
    }),
})

export const only = /^connection\./
