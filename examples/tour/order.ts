/** What the tour sends: each order is a message, keyed by its customer, so that a customer's orders stay in order. */
export interface Order {
  readonly id: number
  readonly customer: string
  readonly cents: number
}

const customers = 1000

export function orderOf(id: number): Order {
  return { id, customer: `customer-${id % customers}`, cents: 100 + ((id * 37) % 9900) }
}

export function parseOrder(value: Buffer | null): Order {
  return JSON.parse(String(value)) as Order
}
