// @ts-check
'use strict'

/**
 * A rule switched off in place must say why, after two dashes: `eslint-disable-next-line max-lines -- a table`.
 * @type {import('eslint').Rule.RuleModule}
 */
module.exports = {
  meta: { type: 'suggestion', messages: { reason: 'Say after " -- " why this rule does not hold here.' } },
  create: context => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const text = comment.value.trim()
        if (/^eslint-disable(?!d)/.test(text) && !/\s-{2,}\s+\S/.test(text) && comment.loc)
          context.report({ loc: comment.loc, messageId: 'reason' })
      }
    },
  }),
}
