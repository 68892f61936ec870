/**
 * Asks until the answer is as wanted, and returns it; after 10 s it fails with the last answer. Every question takes
 * the time of a request, so nothing spins.
 */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (const deadline = performance.now() + 10_000; ;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    if (performance.now() > deadline) throw new Error(`not within 10 s; the last answer: ${print(answer)}`)
  }
}

const print = (value: unknown) =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))
