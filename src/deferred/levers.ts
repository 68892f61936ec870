/**
 * What moves a Deferred or a Delivery from outside. For whoever carries the work, not for callers, who could otherwise
 * settle a delivery with a receipt of their own; hence symbols, which the public door does not export.
 */

/** Ends with the value, unless it has ended already. */
export const settle: unique symbol = Symbol('settle')
/** Ends with the error, unless it has ended already. */
export const fail: unique symbol = Symbol('fail')
/** Somebody else carries the messages from here on. */
export const handOver: unique symbol = Symbol('handOver')
/** Tells a bare listener the outcome: it gets no Subscription. */
export const listen: unique symbol = Symbol('listen')
/** Whether the outcome has reached a listener. */
export const heard: unique symbol = Symbol('heard')
