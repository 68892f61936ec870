/** The IPv4 address in an IPv6 one that stands for it. */
const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/**
 * Where a client is, as Kafka tells it: `/127.0.0.1`, or `/0:0:0:0:0:0:0:1` in Java's long form.
 *
 * @param remote `address:port`, an IPv6 address in brackets
 */
export function clientHost(remote: string): string {
  const address = remote.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return `/${mapped.exec(address)?.[1] ?? (address.includes(':') ? longForm(address) : address)}`
}

/** All eight groups, without leading zeros; a zone stays behind them. */
function longForm(address: string): string {
  const [groups = '', zone] = address.split('%')
  const [head = '', tail = ''] = groups.split('::')
  const [before, after] = [head, tail].map(part => (part === '' ? [] : part.split(':'))) as [
    string[],
    string[],
  ]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  const all = [...before, ...zeros, ...after].map(group => parseInt(group, 16).toString(16))
  return all.join(':') + (zone === undefined ? '' : `%${zone}`)
}
