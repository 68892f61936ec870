import type { Parts } from '../../../src/broker/seams'
import { brokenRules, type Mutate } from './mutate'

type GroupRules = Parts['rules']['groupRules']
type Group = Parameters<GroupRules>[0]
type GroupEvent = Parameters<GroupRules>[1]
type GroupEffect = ReturnType<GroupRules>['effects'][number]

/** Groups see other events than those that happened. */
export const groupEvents = (change: (event: GroupEvent, group: Group) => GroupEvent): Mutate =>
  brokenRules(({ groupRules }) => ({
    groupRules: (group, event, ...rest) => groupRules(group, change(event, group), ...rest),
  }))

/** What a group does about an event is something else. */
export const groupEffects = (change: (effect: GroupEffect, event: GroupEvent) => GroupEffect): Mutate =>
  brokenRules(({ groupRules }) => ({
    groupRules: (group, event, ...rest) => {
      const { state, effects } = groupRules(group, event, ...rest)
      return { state, effects: effects.map(effect => change(effect, event)) }
    },
  }))
