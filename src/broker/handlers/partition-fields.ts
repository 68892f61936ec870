import { errorCode } from '../../protocol'
import type { ClusterImage, PartitionImage } from '../cluster'

/** A partition as answers about metadata tell it. */
export function partitionFields(
  { index, leader, leaderEpoch, replicas, isr, offline }: PartitionImage,
  brokers: ClusterImage['brokers'],
) {
  return {
    errorCode: brokers.has(leader) ? 0 : errorCode('LEADER_NOT_AVAILABLE'),
    partitionIndex: index,
    leaderId: brokers.has(leader) ? leader : -1,
    leaderEpoch,
    replicaNodes: replicas,
    isrNodes: isr,
    offlineReplicas: offline,
  }
}
