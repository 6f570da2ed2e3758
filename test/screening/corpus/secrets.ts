import { type CorpusCase, cases, secret } from './case.ts'
import { alphabets, base64, jsonWebToken, keys, made, password } from './values.ts'

const { hex, base64: letters, base32, upper } = alphabets
const aws = (seed: string) => `AK${'IA'}${made(seed, 16, base32)}`
const half = (text: string) => Math.floor(text.length / 2)
const link = (location: string) => ({
  location,
  sourceId: '0198c5a2-7d3f-7c11-9f00-0a1b2c3d4e5f',
  destinationId: '0198c5a2-7d3f-7c11-9f00-0a1b2c3d4e60',
  dataModel: 'Results',
  eventTypes: null,
  ownedBy: 'destination',
})

const credentials = cases('credential', {
  'OAuth client secret': {
    authStrategy: 'OAuth_2.0_2-legged',
    url: 'https://login.ex.example/token',
    clientId: 'northlake',
    options: { client_secret: secret(made('c1', 40)) },
  },
  'client secret in camel case': { grantType: 'client_credentials', clientSecret: secret(made('c2', 32)) },
  'hex API key': { vendor: 'lab', apiKey: secret(made('c3', 32, hex)) },
  'UUID as API key': { vendor: 'imaging', 'api-key': secret('7c9e6679-7425-40de-944b-e07fc1f90ae7') },
  'upper-case environment': { LAB_API_KEY: secret(made('c4', 40)), LAB_URL: 'https://lab.example' },
  'password of a person': { username: 'svc_mirth', password: secret(password('c5')) },
  'short password with digits': { user: 'hl7', pwd: secret(`tulip${made('c6', 2, '123456789')}`) },
  'plain word password': { user: 'admin', password: secret('letmein') },
  'digits as password': { pin: null, password: secret(made('c7', 8, '0123456789')) },
  'number as password': { login: 'interface', password: secret(83920174) },
  'passphrase of words': { keystore: 'jks', passphrase: secret('blue Harbor 7 walks') },
  'keystore password': {
    keyStore: { path: '/etc/ssl/keystore.jks', keyStorePassword: secret(password('c8')) },
  },
  'password in a suffix': { smtpPasswordProd: secret(password('c9')) },
  'password value member': { db: { password: { encrypted: false, value: secret(password('c10')) } } },
  'list of passwords': { rotation: { passwords: [secret(password('c11')), secret(password('c12'))] } },
  'access token': { integration: 'healthie', accessToken: secret(made('c13', 48)) },
  'refresh token': { oauth: { refresh_token: secret(made('c14', 60)), expires_in: 3600 } },
  'bot token': { notify: { channel: '#ops', botToken: secret(made('c15', 44)) } },
  'webhook signing secret': {
    url: 'https://hooks.example/in',
    signingSecret: secret(`wh${'sec'}_${made('c16', 32)}`),
  },
  'verification token': { endpoint: 'https://in.example', verificationToken: secret(made('c17', 36)) },
  'shared key': { queue: { name: 'adt', sharedAccessKey: secret(`${made('c18', 43, letters)}=`) } },
  'encryption key': { atRest: { algorithm: 'AES-256', encryptionKey: secret(made('c19', 64, hex)) } },
  'HMAC secret': { hmac: { secretKey: secret(made('c20', 44, letters)) } },
  'subscription key header': { headers: { 'Ocp-Apim-Subscription-Key': secret(made('c21', 32, hex)) } },
  'X-Api-Key header': { headers: { 'X-Api-Key': secret(made('c22', 40)) } },
  'private key id and secret': { kid: 'main', private_key_secret: secret(made('c23', 40)) },
  'deep in a tree': {
    stages: [{ steps: [{ call: { auth: { basic: { user: 'x', pass: secret(password('c24')) } } } }] }],
  },
  'German name': { datenbank: { passwort: secret(password('c25')) } },
  'name and value': {
    settings: [
      { name: 'timeout', value: '30' },
      { name: 'db.password', value: secret(password('c26')) },
    ],
  },
  'key and value': { env: [{ key: 'CLIENT_SECRET', value: secret(made('c27', 36)) }] },
  'header list': {
    headers: [
      { header: 'X-Auth-Token', value: secret(made('c28', 40)) },
      { header: 'Accept', value: 'application/json' },
    ],
  },
  'property list': { properties: [{ property: 'sftp.passphrase', value: secret(password('c29')) }] },
  'AWS secret half': { region: 'us-east-1', secretAccessKey: secret(made('c30', 40, letters)) },
  'AWS both halves': {
    aws: { accessKeyId: secret(aws('c31')), secretAccessKey: secret(made('c32', 40, letters)) },
  },
  'session token': { aws_session_token: secret(made('c33', 200, letters)) },
  'community string': { snmp: { community: 'public', authPassword: secret(password('c34')) } },
  'symbols only': { ftp: { password: secret('#$%&!?@(*)xZ') } },
  'leading dollar': { ftp: { password: secret(`$${password('c35')}`) } },
  cookie: { headers: { Cookie: secret(`session=${made('c36', 40)}`) } },
  'LDAP bind': { ldap: { bindDn: 'cn=svc,dc=ex', bindPassword: secret(password('c37')) } },
  'Redis auth': { cache: { host: 'redis.internal', port: 6379, auth_token: secret(made('c38', 32)) } },
  Twilio: { sms: { sid: 'AC0', authToken: secret(made('c39', 32, hex)) } },
  Kafka: { sasl: { mechanism: 'PLAIN', username: 'app', password: secret(password('c40')) } },
  'in a modifier': {
    flavor: 'put',
    selector: '$.Meta.Extensions.apiKey',
    schema: { constant: secret(made('c41', 40)) },
    links: [link('destination-request')],
  },
  'modifier default': {
    flavor: 'put',
    selector: '$.Meta.Auth.Password',
    schema: { get: 'Meta.Auth', default: secret(password('c42')) },
  },
  'salt and key material': { crypto: { master_key: secret(made('c43', 44, letters)) } },
})

const texts = cases('text', {
  'bearer in a header': { headers: { Authorization: secret(`Bearer ${made('t1', 40)}`) } },
  'bearer JWT': { headers: { Authorization: secret(`Bearer ${jsonWebToken('t2')}`) } },
  'lower-case bearer': {
    curl: secret(`curl -H 'authorization: bearer ${made('t3', 32)}' https://x.example`),
  },
  'basic header': { headers: { Authorization: secret(`Basic ${base64(`svc:${password('t4')}`)}`) } },
  'basic in a script': {
    script: secret(`request.setHeader("Authorization", "Basic ${base64(`mirth:${password('t5')}`)}");`),
  },
  'bare JWT': { note: secret(jsonWebToken('t6')) },
  'JWT in a URL': { url: secret(`https://app.example/launch?jwt=${jsonWebToken('t7')}`) },
  'postgres URL': { url: secret(`postgres://app:${made('t8', 16)}@db.internal:5432/live`) },
  'postgres URL, encoded': { url: secret(`postgresql://app:${encodeURIComponent('p@ss/9!x')}@db/live`) },
  'mongo URL': {
    uri: secret(`mongodb+srv://svc:${made('t9', 14)}@cluster0.example.net/ehr?retryWrites=true`),
  },
  'redis without user': { redis: secret(`redis://:${made('t10', 20)}@cache:6379/0`) },
  'amqp URL': { broker: secret(`amqps://hl7:${made('t11', 12)}@mq.example:5671/adt`) },
  'sftp URL': { drop: secret(`sftp://batch:${password('t12')}@files.example/in`) },
  'https userinfo': { endpoint: secret(`https://intake:${made('t13', 18)}@api.example/v1`) },
  'weak password in URL': { endpoint: secret('ftp://anonymous1:letmein@files.example/in') },
  'JDBC SQL Server': {
    jdbc: secret(
      `jdbc:sqlserver://db:1433;databaseName=ehr;user=sa;password=${made('t14', 14)};encrypt=true`,
    ),
  },
  'JDBC Oracle': { url: secret(`jdbc:oracle:thin:scott/${made('t15', 10)}@//db:1521/ORCL`) },
  'JDBC MySQL query': { url: secret(`jdbc:mysql://db:3306/lab?user=app&password=${made('t16', 12)}`) },
  ODBC: { dsn: secret(`Driver={ODBC Driver 18};Server=tcp:db;Uid=app;Pwd=${password('t17')};`) },
  'libpq words': { dsn: secret(`host=db port=5432 dbname=ehr user=app password=${made('t18', 12)}`) },
  'Azure storage': {
    blob: secret(
      `DefaultEndpointsProtocol=https;AccountName=ehr;AccountKey=${made('t19', 86, letters)}==;EndpointSuffix=core.windows.net`,
    ),
  },
  'Service bus': {
    bus: secret(
      `Endpoint=sb://adt.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey=${made('t20', 43, letters)}=`,
    ),
  },
  'SAS URL': {
    url: secret(
      `https://ehr.blob.core.windows.net/in?sv=2024-08-04&se=2030-01-01&sr=c&sp=rl&sig=${encodeURIComponent(`${made('t21', 43, letters)}=`)}`,
    ),
  },
  'StackExchange Redis': {
    cache: secret(`cache.redis.example:6380,password=${made('t22', 43, letters)}=,ssl=True`),
  },
  'query token': { url: secret(`https://api.example/v2/orders?access_token=${made('t23', 40)}&page=1`) },
  'query API key': { url: secret(`https://api.example/v2/orders?api_key=${made('t24', 32, hex)}`) },
  'AWS id alone': { note: secret(`uses ${aws('t25')} for now`) },
  'AWS credentials file': {
    file: secret(
      `[default]\naws_access_key_id = ${aws('t26')}\naws_secret_access_key = ${made('t27', 40, letters)}\n`,
    ),
  },
  'GitHub token': { checkout: { remote: 'origin', note: secret(`gh${'p_'}${made('t28', 36)}`) } },
  'GitHub fine-grained': { pull: secret(`github${'_pat_'}${made('t29', 82)}`) },
  'GitLab token': { ci: secret(`gl${'pat-'}${made('t30', 20)}`) },
  'Slack bot': {
    notify: secret(
      `xo${'xb-'}${made('t31', 12, '123456789')}-${made('t32', 12, '123456789')}-${made('t33', 24)}`,
    ),
  },
  'Slack hook': {
    notify: secret(
      `https://hooks.slack.com/services/T${made('t34', 8, upper)}/B${made('t35', 8, upper)}/${made('t36', 24)}`,
    ),
  },
  'Stripe key': { billing: secret(`sk${'_live_'}${made('t37', 24)}`) },
  'SendGrid key': { mail: secret(`SG${'.'}${made('t38', 22)}.${made('t39', 43)}`) },
  'npm token': { registry: secret(`npm${'_'}${made('t40', 36)}`) },
  'Countersign key': { call: secret(`csk${'_prd_'}${made('t41', 32, hex)}_${made('t42', 38)}`) },
  'in a JavaScript step': {
    transformer: {
      steps: [
        { script: secret(`var password = "${password('t43')}";\nvar client = connect('db', password);`) },
      ],
    },
  },
  'object in a script': { script: secret(`const options = { apiKey: '${made('t44', 40)}', timeout: 30 }`) },
  'properties file': { text: secret(`# database\nuser=app\ndb.password=${made('t45', 14)}\n`) },
  'YAML text': { values: secret(`database:\n  user: app\n  password: ${made('t46', 14)}\n`) },
  'Mirth XML': {
    channel: secret(`<connector><username>svc</username><password>${password('t47')}</password></connector>`),
  },
  'XML property': {
    context: secret(`<beans><property name="clientSecret" value="${made('t48', 32)}"/></beans>`),
  },
  'XML attribute': { server: secret(`<resource url="jdbc:h2:mem" password="${made('t49', 12)}"/>`) },
  'in prose': { description: secret(`Log in as svc; the password is ${made('t50', 10)}9`) },
  'in prose with a colon': { description: secret(`token: ${made('t51', 40)}`) },
  'shell export': { init: secret(`export API_TOKEN=${made('t52', 40)}\nrun`) },
  'curl with key': { sample: secret(`curl -H "X-Api-Key: ${made('t53', 40)}" https://x.example`) },
})

const wrapped = cases('wrapped', {
  'JSON in a string': { config: secret(JSON.stringify({ host: 'db', password: password('w1') })) },
  'JSON array in a string': { config: secret(JSON.stringify([{ name: 'api_key', value: made('w2', 32) }])) },
  'base64 of a URL': { connection: secret(base64(`postgres://app:${made('w3', 14)}@db/live`)) },
  'base64 of JSON': {
    dockerconfig: secret(base64(JSON.stringify({ auths: { 'r.example': { password: password('w4') } } }))),
  },
  'base64 of properties': { file: secret(base64(`user=app\npassword=${made('w5', 14)}\n`)) },
  'URL encoding of JSON': {
    state: secret(encodeURIComponent(JSON.stringify({ client_secret: made('w6', 32) }))),
  },
  'URL encoding of a URL': {
    redirect: secret(
      `https://x.example/?next=${encodeURIComponent(`https://u:${made('w7', 12)}@y.example/`)}`,
    ),
  },
  'base64 in a data URI': {
    attachment: secret(`data:text/plain;base64,${base64(`password=${made('w8', 14)} host=db`)}`),
  },
  base64url: { blob: secret(Buffer.from(`{"secret":"${made('w9', 32)}"}`).toString('base64url')) },
  'key in a base64 manifest': { secretYaml: secret(base64(keys.ecSec1)) },
  'double-quoted JSON text': { raw: secret(JSON.stringify(`Authorization: Bearer ${made('w10', 40)}`)) },
  'service account': {
    google: secret(
      JSON.stringify({ type: 'service_account', private_key: keys.rsaPkcs8, client_email: 'a@b.example' }),
    ),
  },
  'a member’s name': secret({ tokens: 3, [`csk${'_stg_'}${made('w11', 32, hex)}_${made('w12', 38)}`]: true }),
})

const pem = cases('private key', {
  'EC, SEC 1': { tls: { key: secret(keys.ecSec1) } },
  'EC, PKCS#8': { tls: { pem: secret(keys.ecPkcs8) } },
  'RSA, PKCS#1': { tls: { rsa: secret(keys.rsaPkcs1) } },
  'RSA, PKCS#8': { tls: { file: secret(keys.rsaPkcs8) } },
  'RSA, encrypted': { tls: { file: secret(keys.rsaEncrypted) } },
  Ed25519: { signing: { pem: secret(keys.ed25519) } },
  OpenSSH: { sftp: { identity: secret(keys.openSsh) } },
  PGP: { batch: { armored: secret(keys.pgp) } },
  'with escaped lines': { pem: secret(keys.rsaPkcs1.replaceAll('\n', '\\n')) },
  'on one line': { pem: secret(keys.ecSec1.replaceAll('\n', ' ')) },
  'with carriage returns': { pem: secret(keys.ecPkcs8.replaceAll('\n', '\r\n')) },
  'in base64': { b64: secret(base64(keys.rsaPkcs8)) },
  'in base64 with lines': { b64: secret((base64(keys.rsaPkcs1).match(/.{1,76}/g) ?? []).join('\n')) },
  'DER in base64': { der: secret(keys.rsaDer) },
  'cut in two': {
    part1: secret(keys.ecSec1.slice(0, half(keys.ecSec1))),
    part2: secret(keys.ecSec1.slice(half(keys.ecSec1))),
  },
  'cut in two, other order': {
    b: secret(keys.ecSec1.slice(0, half(keys.ecSec1))),
    a: secret(keys.ecSec1.slice(half(keys.ecSec1))),
  },
  'cut within the header': { x: secret(keys.rsaPkcs1.slice(0, 20)), y: secret(keys.rsaPkcs1.slice(20)) },
  'a list of lines': {
    lines: keys.ecPkcs8
      .trim()
      .split('\n')
      .map((line) => (line.includes('END') ? line : secret(line))),
  },
  'header and body apart': {
    body: secret(keys.ecSec1.split('\n')[1] ?? ''),
    header: secret(keys.ecSec1.split('\n')[0] ?? ''),
  },
  'JSON Web Key': { jwks: { keys: [secret({ ...keys.jwk } as Record<string, string>)] } },
  'symmetric JSON Web Key': {
    jwk: secret({ kty: 'oct', alg: 'HS256', k: made('k1', 43, alphabets.base64url) }),
  },
  'inside of a script': { script: secret(`var key = \`${keys.rsaPkcs8}\`; sign(key)`) },
  'inside of XML': { channel: secret(`<tls><key>${keys.ecSec1}</key></tls>`) },
  'certificate and key': { bundle: secret(`${dash('CERTIFICATE')}${keys.rsaPkcs8}`) },
})

function dash(label: string): string {
  return `-----BEGIN ${label}-----\n${made('cert', 64, letters)}\n-----END ${label}-----\n`
}

export const plantedSecrets: readonly CorpusCase[] = [...credentials, ...texts, ...wrapped, ...pem]
