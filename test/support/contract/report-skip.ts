/** To the runner, which lists and counts it, or to whoever runs the file by hand. */
export function reportSkip(name: string, reason: string): void {
  if (process.send) process.send({ type: 'skip', name, reason })
  else console.log(`skipped: ${name}: ${reason}`)
}
