import { groupOf, groups, placeOf, type CallFrame, type Group } from './places'

const shown = 25

/** Sums amounts by function and by group, and shows the greatest. */
export class Ranking {
  readonly #places = new Map<string, { readonly group: Group; amount: number }>()
  readonly #groups = new Map<Group, number>()

  add(frame: CallFrame, amount: number): void {
    const group = groupOf(frame)
    this.#groups.set(group, this.of(group) + amount)
    const place = placeOf(frame)
    const known = this.#places.get(place)
    if (known) known.amount += amount
    else this.#places.set(place, { group, amount })
  }

  of(group: Group): number {
    return this.#groups.get(group) ?? 0
  }

  /** @param factor of every amount: what a message has of it */
  lines(factor: number): string[] {
    const all = [...this.#places].filter(([, { group }]) => group !== 'idle')
    const greatest = all.sort(([, a], [, b]) => b.amount - a.amount).slice(0, shown)
    return [
      ...groups
        .filter(group => this.of(group) > 0 && group !== 'idle')
        .map(group => line(this.of(group) * factor, '', group)),
      '',
      ...greatest.map(([place, { group, amount }]) => line(amount * factor, group, place)),
    ]
  }
}

const line = (amount: number, group: string, what: string) =>
  `  ${(amount >= 10 ? amount.toFixed(1) : amount.toFixed(3)).padStart(8)}  ${group.padEnd(10)} ${what}`
