// @ts-check
'use strict'

/** @typedef {import('./test-process').Outcome} Outcome */
/** @typedef {Pick<Outcome, 'tests' | 'problems'>} Told what a test file told of itself */
/**
 * @typedef {object} Row what is known of one case
 * @property {boolean} healthy it passed wherever it ran on the broker as it is
 * @property {Set<string>} noticed
 */

/** Which case notices which defect. A case that fails on the broker as it is notices nothing. */
class MutantMatrix {
  /** @type {Map<string, Row>} */
  #rows = new Map()
  /** What went wrong on the broker as it is beside failing cases. @type {string[]} */
  #problems = []
  /** Defects, each with how many cases notice it. @type {Map<string, number>} */
  #defects

  /** @param {string[]} defects all that a case must notice */
  constructor(defects) {
    this.#defects = new Map(defects.map(name => [name, 0]))
  }

  /**
   * A contract file ran on the broker as it is, with one broker or with three.
   * @param {string} file
   * @param {Told} told
   */
  addHealthy(file, { tests, problems }) {
    for (const { name, passed } of tests) {
      const row = this.#row(caseOf(file, name))
      row.healthy = row.healthy && passed
    }
    this.#problems.push(...problems.map(problem => `${file}: ${problem}`))
  }

  /**
   * A contract file ran on a broker with a defect. The cases that it reported as failed count, whatever became of it.
   * @param {string} defect
   * @param {string} file
   * @param {Told} told
   * @returns {number} how many cases of the file notice the defect
   */
  addDefect(defect, file, { tests }) {
    let noticing = 0
    for (const { name, passed } of tests) {
      const row = this.#row(caseOf(file, name))
      if (passed || !row.healthy || row.noticed.has(defect)) continue
      row.noticed.add(defect)
      noticing++
    }
    this.#defects.set(defect, (this.#defects.get(defect) ?? 0) + noticing)
    return noticing
  }

  /** Each case and the defects that it notices, in the order of the alphabet. */
  get rows() {
    return [...this.#rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { noticed }]) => ({ name, noticed: [...noticed].sort() }))
  }

  /** All that must not be. */
  get failures() {
    const rows = [...this.#rows]
    return {
      problems: [...this.#problems],
      sick: rows.filter(([, { healthy }]) => !healthy).map(([name]) => name),
      blind: rows.filter(([, { healthy, noticed }]) => healthy && noticed.size === 0).map(([name]) => name),
      unnoticed: [...this.#defects].filter(([, noticing]) => noticing === 0).map(([defect]) => defect),
    }
  }

  /** How many cases and defects there are. */
  get size() {
    return { cases: this.#rows.size, defects: this.#defects.size }
  }

  /** @param {string} name */
  #row(name) {
    const row = this.#rows.get(name) ?? { healthy: true, noticed: new Set() }
    this.#rows.set(name, row)
    return row
  }
}

/**
 * @param {string} file
 * @param {string} name
 */
const caseOf = (file, name) => `${file.replace(/\.test\.js$/, '')}: ${name}`

module.exports = { MutantMatrix }
