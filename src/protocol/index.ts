export * from './api'
export * from './apis'
export * as Apis from './apis/definitions'
export type { ErrorName } from './broker-error-table'
export { brokerError, errorCode, errorRow, errorRows, type ErrorRow } from './broker-errors'
export * as field from './field'
export { unknownTags, type Field, type Fields, type UnknownTag } from './field'
export { explainLayout } from './explain'
export type { Explained, OnRow } from './row-reader'
export {
  decodeLayout,
  decodeResponse,
  encodeLayout,
  encodeRequest,
  encodeResponse,
  readBody,
  readHeader,
  type RequestFrame,
} from './frame'
export {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  type MemberAssignment,
  type MemberAssignmentInput,
  type MemberSubscription,
  type MemberSubscriptionInput,
} from './group-protocol'
export { carriedRecords, type CarriedRecords } from './carried-records'
export { jsonOf, type Json, type JsonObject } from './json'
export {
  encodeFrame,
  explainFrame,
  readFrame,
  requestKind,
  responseKind,
  type FrameKind,
  type WholeFrame,
} from './whole-frame'
export { headerLayout, headerVersion, RequestHeader, ResponseHeader } from './header'
export * from './records'
