/** What came of everything that was sent, held against the log. Each kind of wrong with the first few examples. */
export interface Account {
  readonly calls: number
  readonly delivered: number
  /** Failed, and maybe written. */
  readonly unknown: number
  /** Of those, in the log. */
  readonly unknownWritten: number
  /** Failed, and surely not written. */
  readonly unwritten: number
  /** Without an outcome. */
  readonly open: Wrong
  /** With more than one outcome. */
  readonly ambiguous: Wrong
  /** Acknowledged, and not in the log. */
  readonly lost: Wrong
  /** In the log more than once. */
  readonly doubled: Wrong
  /** Acknowledged, and behind what was called later and acknowledged as well. */
  readonly disordered: Wrong
  /** In the log in part only, or with others in between. */
  readonly torn: Wrong
  /** Not at the offset that was told. */
  readonly misplaced: Wrong
  /** In the log although it was said not to be. */
  readonly lies: Wrong
}

export interface Wrong {
  count: number
  readonly examples: string[]
}

const wrongs = ['open', 'ambiguous', 'lost', 'doubled', 'disordered', 'torn', 'misplaced', 'lies'] as const

/** What these options of a producer, or what was done to its cluster, allow. */
export interface LedgerRules {
  readonly doubled?: boolean
  readonly lost?: boolean
  readonly disordered?: boolean
  /** The offset that was told may be that of another life of the log. */
  readonly misplaced?: boolean
}

/** What is wrong and not allowed, in words; empty when all is well. */
export function faultsOf(account: Account, rules: LedgerRules = {}): readonly string[] {
  const allowed: Partial<Record<(typeof wrongs)[number], boolean>> = rules
  return wrongs
    .filter(wrong => account[wrong].count > 0 && allowed[wrong] !== true)
    .map(wrong => `${account[wrong].count} ${wrong}: ${account[wrong].examples.join(', ')}`)
}
