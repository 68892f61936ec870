const height = 8

/** Amounts over time as columns, those up to `full` within the picture; what is more ends in `^`. */
export function bars(amounts: readonly number[], full: number): string[] {
  const step = full / height
  return Array.from({ length: height }, (_, index) => {
    const floor = full - (index + 1) * step
    const columns = amounts.map(amount => {
      if (index === 0 && amount > full) return '^'
      return amount > floor + step / 2 ? '#' : amount > floor ? '.' : ' '
    })
    const label = index === 0 ? `${Math.round(full / 1e6)} MB` : ''
    return `${label.padStart(8)} |${columns.join('')}`.trimEnd()
  })
}
