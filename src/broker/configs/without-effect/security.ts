/** About SASL, TLS and tokens. */
export const securityConfigs = `
  authorizer.class.name STRING ''
  connection.failed.authentication.delay.ms INT 100
  connections.max.reauth.ms LONG 0
  delegation.token.expiry.check.interval.ms LONG 3600000
  delegation.token.expiry.time.ms LONG 86400000
  delegation.token.max.lifetime.ms LONG 604800000
  delegation.token.secret.key PASSWORD -
  principal.builder.class CLASS org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder *
  sasl.client.callback.handler.class CLASS -
  sasl.enabled.mechanisms LIST GSSAPI *
  sasl.jaas.config PASSWORD - *
  sasl.kerberos.kinit.cmd STRING /usr/bin/kinit *
  sasl.kerberos.min.time.before.relogin LONG 60000 *
  sasl.kerberos.principal.to.local.rules LIST DEFAULT *
  sasl.kerberos.service.name STRING - *
  sasl.kerberos.ticket.renew.jitter DOUBLE 0.05 *
  sasl.kerberos.ticket.renew.window.factor DOUBLE 0.8 *
  sasl.login.callback.handler.class CLASS -
  sasl.login.class CLASS -
  sasl.login.connect.timeout.ms INT -
  sasl.login.read.timeout.ms INT -
  sasl.login.refresh.buffer.seconds SHORT 300 *
  sasl.login.refresh.min.period.seconds SHORT 60 *
  sasl.login.refresh.window.factor DOUBLE 0.8 *
  sasl.login.refresh.window.jitter DOUBLE 0.05 *
  sasl.login.retry.backoff.max.ms LONG 10000
  sasl.login.retry.backoff.ms LONG 100
  sasl.mechanism.controller.protocol STRING GSSAPI
  sasl.mechanism.inter.broker.protocol STRING GSSAPI *
  sasl.oauthbearer.assertion.algorithm STRING RS256
  sasl.oauthbearer.assertion.claim.aud STRING -
  sasl.oauthbearer.assertion.claim.exp.seconds INT 300
  sasl.oauthbearer.assertion.claim.iss STRING -
  sasl.oauthbearer.assertion.claim.jti.include BOOLEAN false
  sasl.oauthbearer.assertion.claim.nbf.seconds INT 60
  sasl.oauthbearer.assertion.claim.sub STRING -
  sasl.oauthbearer.assertion.file STRING -
  sasl.oauthbearer.assertion.private.key.file STRING -
  sasl.oauthbearer.assertion.private.key.passphrase PASSWORD -
  sasl.oauthbearer.assertion.template.file STRING -
  sasl.oauthbearer.client.credentials.client.id STRING -
  sasl.oauthbearer.client.credentials.client.secret PASSWORD -
  sasl.oauthbearer.clock.skew.seconds INT 30
  sasl.oauthbearer.expected.audience LIST ''
  sasl.oauthbearer.expected.issuer STRING -
  sasl.oauthbearer.jwks.endpoint.refresh.ms LONG 3600000
  sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms LONG 10000
  sasl.oauthbearer.jwks.endpoint.retry.backoff.ms LONG 100
  sasl.oauthbearer.jwks.endpoint.url STRING -
  sasl.oauthbearer.jwt.retriever.class CLASS org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever
  sasl.oauthbearer.jwt.validator.class CLASS org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator
  sasl.oauthbearer.scope STRING -
  sasl.oauthbearer.scope.claim.name STRING scope
  sasl.oauthbearer.sub.claim.name STRING sub
  sasl.oauthbearer.token.endpoint.url STRING -
  sasl.server.callback.handler.class CLASS -
  sasl.server.max.receive.size INT 524288
  security.inter.broker.protocol STRING PLAINTEXT
  security.providers STRING -
  ssl.allow.dn.changes BOOLEAN false
  ssl.allow.san.changes BOOLEAN false
  ssl.cipher.suites LIST '' *
  ssl.client.auth STRING none *
  ssl.enabled.protocols LIST TLSv1.2,TLSv1.3 *
  ssl.endpoint.identification.algorithm STRING https *
  ssl.engine.factory.class CLASS - *
  ssl.key.password PASSWORD - *
  ssl.keymanager.algorithm STRING SunX509 *
  ssl.keystore.certificate.chain PASSWORD - *
  ssl.keystore.key PASSWORD - *
  ssl.keystore.location STRING - *
  ssl.keystore.password PASSWORD - *
  ssl.keystore.type STRING JKS *
  ssl.principal.mapping.rules STRING DEFAULT
  ssl.protocol STRING TLSv1.3 *
  ssl.provider STRING - *
  ssl.secure.random.implementation STRING - *
  ssl.trustmanager.algorithm STRING PKIX *
  ssl.truststore.certificates PASSWORD - *
  ssl.truststore.location STRING - *
  ssl.truststore.password PASSWORD - *
  ssl.truststore.type STRING JKS *
`
