// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of configurations, not ours

import { type CorpusCase, cases } from './case.ts'
import { alphabets, armour, base64, keys, made } from './values.ts'

const { hex, base64: letters } = alphabets

const named = cases('name', {
  'rules for passwords': {
    passwordPolicy: { minLength: 12, passwordPattern: '^(?=.*[A-Z])(?=.*[0-9]).{12,}$', passwordHistory: 5 },
  },
  'names of fields': {
    passwordField: 'user_password',
    tokenHeader: 'X-Auth-Token',
    apiKeyName: 'X-Api-Key',
    secretName: 'lab-api-key',
  },
  'where tokens come from': {
    tokenUrl: 'https://login.example/oauth/token',
    tokenEndpoint: 'https://login.example/t',
    secretPath: 'secret/data/lab',
  },
  'kinds of token': {
    tokenType: 'bearer',
    token_type: 'Bearer',
    tokenFormat: 'jwt',
    tokenLifetimeSeconds: 3600,
  },
  'how to authenticate': { token_endpoint_auth_method: 'client_secret_basic', authMethod: 'private_key_jwt' },
  booleans: { hasPassword: true, requiresToken: false, useSecret: 'true', passwordRequired: 'yes' },
  'a mapping': { mapping: { password: 'userPassword', token: 'auth.accessToken', secret: 'clientSecret' } },
  paths: { password: '$.auth.password', token: '$.headers.authorization' },
  'a schema': {
    type: 'object',
    properties: {
      password: { type: 'string', minLength: 8, description: 'The password of the account' },
      ssn: { type: 'string', pattern: '^\\d{3}-\\d{2}-\\d{4}$' },
      dob: { type: 'string', format: 'date' },
    },
    required: ['password'],
  },
  'an OpenAPI scheme': {
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    },
  },
  'types of columns': { columns: { password: 'varchar', token: 'text', ssn: 'string', dob: 'date' } },
  labels: {
    labels: { password: 'Enter your password', token: 'Paste a token here', ssn: 'Social Security number' },
  },
  'page tokens': {
    pageToken: made('n1', 40),
    nextPageToken: made('n2', 60, letters),
    continuationToken: made('n3', 40),
  },
  'keys that are no secrets': {
    primaryKey: 'patient_id',
    partitionKey: `tenant#${made('n4', 20)}`,
    cacheKey: made('n5', 40),
    publicKey: made('n6', 64),
    sortKey: '2024-01-01T00:00:00Z#0001',
    idempotencyKey: made('n7', 36),
  },
  'object keys': {
    objectKey: 'in/2024/01/31/message-000123.hl7',
    keyPrefix: 'results/',
    routingKey: 'adt.a01.northlake',
  },
  'limits in tokens': { maxTokens: 4096, tokensPerMinute: '90000', tokenBudget: 100 },
  CSRF: { csrfToken: { header: 'X-CSRF-Token', cookie: 'csrf' } },
  'MRN settings': {
    mrnLength: 8,
    mrnPrefix: 'NLH',
    mrnSystem: 'urn:oid:2.16.840.1.113883.3.6147',
    mrnPattern: '^[0-9]{8}$',
    mrn: 'PID-3.1',
  },
  'MRN templates': { mrn: '${patient.mrn}', MRN: '{{MRN}}', patientId: '$.Patient.Identifiers[0].ID' },
  'birth date settings': {
    dobFormat: 'YYYY-MM-DD',
    birthDate: '{{client.dob}}',
    dob: 'PID-7',
    minimumBirthDate: 'today-120y',
  },
  'dates without a name': {
    validFrom: '2024-03-12',
    createdAt: '1999-12-31',
    effectiveDate: '19840312',
    version: '2020-12-01',
  },
  'unknown birth dates': { dob: '1900-01-01', birthDate: '1970-01-01', DOB: '00000000' },
  'SSN settings': { ssnMask: '***-**-1234', ssn: 'PID-19', ssnFormat: '999-99-9999', ssnRequired: false },
  'patient words': { patientClass: 'I', patientIdType: 'MR', patientMatching: 'strict' },
  'medicare words': { medicarePayer: '00123', mbiFormat: 'C A AN N A AN N A A N N' },
  provider: { npi: '1234567893', renderingProviderNPI: 1003000126, taxonomy: '207RC0000X' },
  'tax ids': { ein: '12-3456789', clia: '14D0123456' },
  digests: {
    digest: made('n8', 64, hex),
    etag: `"${made('n9', 32, hex)}"`,
    sha1: made('n10', 40, hex),
    integrity: `sha512-${made('n11', 86, letters)}==`,
  },
  'commits and builds': {
    commit: made('n12', 40, hex),
    image: `registry.example/app@sha256:${made('n13', 64, hex)}`,
    build: '20240131.1',
  },
  identifiers: {
    id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    ulid: '01HQ3Z8W3M5Y7K9N2P4R6T8V0X',
    objectId: made('n14', 24, hex),
    traceparent: `00-${made('n15', 32, hex)}-${made('n16', 16, hex)}-01`,
  },
  hosts: { host: 'db-01.internal', port: 5432, user: 'app', database: 'ehr', sslmode: 'verify-full' },
  'accounts of AWS': {
    accountId: '123456789012',
    roleArn: 'arn:aws:iam::123456789012:role/x',
    kmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/7c9e6679-7425-40de-944b-e07fc1f90ae7',
  },
  phones: { phone: '217-555-0143', fax: '(217) 555-0144', hotline: '1-800-555-0199', sms: '+12175550143' },
  postal: { zip: '62704-1234', county: '17167', fips: '17-167-0001' },
  licence: { licence: 'MIT', licenceKeyRequired: false },
  geo: { lat: 39.7817, lon: -89.6501, plusCode: '86FWQ9JX+5M' },
  'salted hash names': { hashAlgorithm: 'bcrypt', saltRounds: 12 },
  'feature flags': { flags: { passwordless: 'on', tokenExchange: 'off', secretRotation: 'enabled' } },
  translations: {
    i18n: {
      en: { 'login.password': 'Enter a password', 'login.token': 'Your token' },
      de: { 'login.title': 'Anmelden' },
    },
  },
  'regular expressions': {
    rules: [
      { pattern: '(password|pwd)\\s*[:=]', action: 'mask' },
      { pattern: '\\b\\d{3}-\\d{2}-\\d{4}\\b', action: 'mask' },
      { pattern: '^MSH\\|', action: 'route' },
    ],
  },
  'masking rules': { mask: ['password', 'client_secret', 'ssn', 'dob', 'authorization'] },
  scopes: { scopes: 'openid profile system/Patient.read system/*.write', audience: 'https://fhir.example' },
})

const texts = cases('text', {
  URLs: {
    urls: [
      'https://api.example:8443/v1',
      'mllp://10.0.0.4:6661',
      'amqps://mq.example:5671/adt',
      'sftp://batch@files.example/in',
      'https://x.example/@user:tag',
      'mailto:ops@example.org',
    ],
  },
  'URL templates': {
    url: 'https://${USER}:${PASSWORD}@api.example/v1',
    jdbc: 'jdbc:sqlserver://db:1433;user=${DB_USER};password=${DB_PASSWORD}',
  },
  'JDBC without password': { jdbc: 'jdbc:postgresql://db:5432/ehr?sslmode=require&user=app' },
  'manual of a URL': { help: 'Write it as https://user:password@host/path, or use a credential.' },
  'authorization in words': {
    help: 'Basic authentication is not supported. Send a Bearer token in the Authorization header.',
  },
  'authorization template': {
    headers: { Authorization: 'Bearer {{access_token}}', 'X-Api-Key': '${API_KEY}' },
  },
  'authorization by reference': {
    headers: [{ name: 'Authorization', value: 'Bearer secret://production/lab' }],
  },
  'header names': { allowedHeaders: ['Authorization', 'X-Api-Key', 'Cookie', 'Idempotency-Key'] },
  certificate: { ca: armour('CERTIFICATE', made('t1', 800, letters)), publicKey: keys.rsaPublic },
  'SSH host key': {
    knownHosts: `files.example ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ${made('t2', 300, letters)}`,
  },
  'PEM template': { pem: '-----BEGIN PRIVATE KEY-----\n${PRIVATE_KEY}\n-----END PRIVATE KEY-----' },
  'PEM detection': {
    marker: '-----BEGIN RSA PRIVATE KEY-----',
    help: 'A file that starts with -----BEGIN PRIVATE KEY----- is refused.',
  },
  'code with variables': {
    script:
      'var password = configurationMap.get("db.password");\nvar token = getToken(user);\nvar secret = env.SECRET;',
  },
  'code with templates': {
    script: 'const url = `https://${user}:${password}@host`; const auth = "Bearer " + token;',
  },
  'code about tokens': {
    script:
      'if (token === null) { throw new Error("token is required") }\nfor (const key of keys) { seen[key] = true }',
  },
  'code for HL7': {
    script:
      "msg['PID']['PID.3']['PID.3.1'] = validate(tmp['PID']['PID.3']['PID.3.1'].toString());\nif (msg['MSH']['MSH.9'] == 'ADT') { return true }",
  },
  'HL7 template': {
    template:
      'MSH|^~\\&|${sender}|${facility}|||${now}||ADT^A01|${id}|P|2.5\rPID|1||${mrn}^^^NLH^MR||${last}^${first}||${dob}|${sex}',
  },
  'HL7 mustache': { template: 'PID|1||{{mrn}}||{{last}}^{{first}}||{{dob}}|{{sex}}' },
  'HL7 field names': {
    mapping: { mrn: 'PID-3.1', name: 'PID-5', dob: 'PID-7', ssn: 'PID|19' },
    help: 'The PID|3 repetition whose type is MR',
  },
  'FHIR criteria': {
    criteria: 'Patient?identifier=urn:oid:2.16.840.1.113883.4.1|{{ssn}}',
    resourceType: 'Subscription',
  },
  'FHIR mapping': {
    resourceType: 'Patient',
    name: [{ family: '$.Patient.LastName', given: ['$.Patient.FirstName'] }],
    birthDate: '{{dob}}',
    identifier: [{ system: 'urn:oid:1.2.3', value: '${mrn}' }],
  },
  'FHIR type alone': { subscribe: { resourceType: 'Patient', event: 'update' } },
  'FHIR profile': {
    resourceType: 'StructureDefinition',
    type: 'Patient',
    url: 'http://hl7.org/fhir/StructureDefinition/Patient',
  },
  'FHIR encounter': {
    resourceType: 'Encounter',
    status: 'finished',
    subject: { reference: 'Patient/{{id}}' },
  },
  'X12 envelope': {
    template:
      'ISA*00*          *00*          *ZZ*${sender}*ZZ*${receiver}~NM1*85*2*NORTHLAKE CLINIC*****XX*1234567893~NM1*PR*2*BCBS*****PI*60054~',
  },
  'X12 template': { template: 'NM1*IL*1*${last}*${first}****MI*${member}~DMG*D8*${dob}*${sex}~' },
  'X12 names of loops': { loops: ['2010BA NM1*IL', '2010BB NM1*PR', '2310B NM1*82'] },
  'XML configuration': {
    xml: '<channel version="4.5"><name>ADT in</name><password></password><username>${db.user}</username><token/></channel>',
  },
  'XML of CDA template': {
    xml: '<recordTarget><patientRole><patient><name><given>${first}</given></name></patient></patientRole></recordTarget>',
  },
  YAML: { yaml: 'database:\n  user: app\n  password: ${DB_PASSWORD}\n  passwordFile: /run/secrets/db\n' },
  properties: {
    text: 'db.password=${vault:db/password}\ntoken.url=https://login.example/token\nsecret.name=lab-key\n',
  },
  shell: {
    text: 'export TOKEN="$(vault read -field=token secret/lab)"\ncurl -H "Authorization: Bearer $TOKEN" https://x.example',
  },
  query: { sql: "SELECT id, password_hash FROM account WHERE token_expires > now() AND dob < '2000-01-01'" },
  GraphQL: { query: 'query { patients(filter: { mrn: $mrn }) { id dob ssn } }' },
  'prose about passwords': {
    text: 'The password must be at least 12 characters. Token is optional. Secret: see the vault.',
  },
  'prose about patients': {
    text: 'DOB is optional; MRN must be unique. SSN is never sent. Patients born in the last 24 hours are skipped.',
  },
  'prose with numbers': {
    text: 'Call 217-555-0143 before 2024-03-12, ticket 12-345-6789, order 80061-90-1.',
  },
  'release notes': {
    text: 'v2.4.1 (2024-01-31): fixes token refresh; PR 1234; sha 7c9e667; see https://example.org/a/b#c.',
  },
  'cron and durations': { cron: '0 4 * * 1-5', every: 'PT15M', window: '22:00-04:00' },
  'base64 of plain text': { greeting: base64('Welcome to the Northlake integration. Ask the front desk.') },
  'base64 of an image': { logo: `data:image/png;base64,iVBORw0KGgo${made('t3', 400, letters)}` },
  'base64 of JSON': { view: base64(JSON.stringify({ columns: ['mrn', 'dob'], sort: 'name' })) },
  'JSON in a string': {
    settings: JSON.stringify({ retries: 3, password: '${DB_PASSWORD}', tokenUrl: 'https://login.example' }),
  },
  'URL-encoded query': {
    redirect:
      'https://login.example/authorize?response_type=code&client_id=northlake&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=openid%20profile&state=xyz',
  },
  'unsigned pieces of JWT': { help: 'A token looks like header.payload.signature, such as eyJhbGciOi….' },
  markdown: {
    readme:
      '# Lab feed\n\n| field | path |\n| --- | --- |\n| MRN | PID-3 |\n| DOB | PID-7 |\n\nSet `API_KEY` in the vault.',
  },
  'email template': {
    body: 'Dear {{first_name}},\n\nYour appointment is on 03/12/2026 at 10:00. Reply to 217-555-0143.',
  },
  'log format': { format: '%h %l %u %t "%r" %>s %b', fields: ['authorization', 'token'] },
  'odd names': { __proto__x: 1, constructor: 'x', toString: 'y', 'a/b~c': 'z' },
  minimal: { a: null, b: [], c: {}, d: false, e: 0 },
})

const sizes = cases('large', {
  'routing table': {
    routes: Array.from({ length: 400 }, (_, index) => ({
      code: `R${index}`,
      host: `host-${index % 7}.internal`,
      port: 6000 + index,
    })),
  },
  'code list': { codes: Array.from({ length: 800 }, (_, index) => `${10_000 + index * 13}-${index % 10}`) },
  identifiers: {
    ids: Array.from({ length: 300 }, (_, index) => `0198c5a2-7d3f-7c11-9f00-${made(`l${index}`, 12, hex)}`),
  },
  digests: { digests: Array.from({ length: 200 }, (_, index) => made(`d${index}`, 64, hex)) },
  'short codes': {
    codes: Array.from({ length: 1000 }, (_, index) =>
      made(`c${index}`, 6, `${alphabets.upper}${alphabets.digits}`),
    ),
  },
  numbers: { numbers: Array.from({ length: 1000 }, (_, index) => 100_000_000 + index * 7919) },
  dates: {
    holidays: Array.from({ length: 28 }, (_, index) => `2026-02-${String(index + 1).padStart(2, '0')}`),
  },
  texts: {
    templates: Array.from(
      { length: 100 },
      (_, index) => `Template ${index}: hello {{name}}, your visit is on {{date}}.`,
    ),
  },
})

// Every family of connector that an interface engine has, as it is exported, without a literal in it.
const connectors = cases(
  'connector',
  Object.fromEntries(
    [
      'TCP Listener',
      'TCP Sender',
      'HTTP Listener',
      'HTTP Sender',
      'File Reader',
      'File Writer',
      'Database Reader',
      'Database Writer',
      'JMS Sender',
      'SMTP Sender',
      'DICOM Sender',
      'Web Service Sender',
      'FHIR Listener',
      'SFTP Reader',
      'S3 Writer',
      'Kafka Reader',
      'Kafka Writer',
      'MLLP Sender',
      'LDAP Lookup',
      'Serial Reader',
    ].map((transport, index) => [
      transport,
      {
        name: `${transport} ${index}`,
        transportName: transport,
        properties: {
          host: `10.0.${index}.4`,
          port: String(6661 + index),
          url: `https://engine.example:8443/${transport.toLowerCase().replaceAll(' ', '-')}/${index}`,
          username: index % 2 === 0 ? '${user}' : 'interface',
          password: index % 3 === 0 ? '' : index % 3 === 1 ? '${password}' : "$('dbPassword')",
          charset: 'UTF-8',
          template: index % 2 === 0 ? '${message.encodedData}' : '${maps.json}',
          headers: { 'X-Channel': made(`ch${index}`, 12), 'Content-Type': 'application/hl7-v2' },
          responseTimeout: 5000 * index,
          keepConnectionOpen: index % 2 === 0,
        },
        filter: { rules: [{ field: "msg['PID']['PID.3']['PID.3.1']", condition: 'EXISTS', values: [] }] },
        transformer: {
          steps: [
            {
              name: 'copy',
              script: `tmp['PID']['PID.5'] = msg['PID']['PID.5'];\nchannelMap.put('mrn', msg['PID']['PID.3'].toString()); // ${index}`,
            },
          ],
        },
        id: `7c9e6679-7425-40de-944b-${made(`con${index}`, 12, hex)}`,
      },
    ]),
  ),
)

export const cleanDocuments: readonly CorpusCase[] = [...named, ...texts, ...sizes, ...connectors]
