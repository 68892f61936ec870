/** What a person can do about a failure of the system, by its code. */
const advice: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused: nothing listens there; check host and port, and that the broker runs',
  ENOTFOUND: 'the name does not resolve; check its spelling and DNS',
  EAI_AGAIN: 'the name server does not answer; check DNS',
  ECONNRESET: 'the other side reset the connection',
  EPIPE: 'the other side has closed the connection',
  ETIMEDOUT: 'no answer from the host; check its address and firewalls',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'the certificate is for another name; set tls.servername or use a name it has',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed; give it in tls.ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain ends in an unknown authority; give that in tls.ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate comes from an unknown authority; give that in tls.ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate comes from an unknown authority; give that in tls.ca',
  CERT_HAS_EXPIRED: 'the certificate has expired; renew it on the broker',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS is spoken there; leave out the tls option or use the TLS listener',
}

/** A failure of the system in words. */
export function describeFailure(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  const said = typeof message === 'string' ? message : String(error)
  const hint = typeof code === 'string' ? advice[code] : undefined
  return hint === undefined ? said : `${hint} (${String(code)})`
}
