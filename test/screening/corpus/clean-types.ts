// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of configurations, not ours

import { type CorpusCase, cases, type Draft } from './case.ts'
import { alphabets, made } from './values.ts'

const id = (seed: string) => `0198c5a2-7d3f-7c11-9f00-${made(seed, 12, alphabets.hex)}`
const filter = (path: string, values: readonly string[]): Draft => ({
  action: 'send',
  rules: [{ path, values, allowList: true }],
  links: [
    {
      id: id(path),
      source: { id: id(`${path}s`) },
      destination: { id: id(`${path}d`) },
      dataModel: 'PatientAdmin',
    },
  ],
})
const put = (selector: string, schema: Draft): Draft => ({ flavor: 'put', selector, schema })
const values = (...codes: readonly string[]): Draft => ({
  values: codes.map((value, index) => ({ id: `v${index}`, value })),
})

const filters = cases('filter', {
  'SSN path, kinds of value': filter('$.Patient.Demographics.SSN', ['present', 'absent']),
  'SSN path, masks': filter('$.Patient.Demographics.SSN', ['***-**-****', 'XXX-XX-XXXX']),
  'SSN path, never given': filter('$.Patient.Demographics.SSN', [
    '000-00-0000',
    '999-99-9999',
    '666-12-3456',
    '123-00-4567',
    '123-45-0000',
  ]),
  'MRN path, types': filter('$.Patient.Identifiers[*].IDType', ['MR', 'MRN', 'EPI', 'NIST']),
  'birth date path, unknown': filter('$.Patient.Demographics.DOB', ['1900-01-01', '19000101', '1970-01-01']),
  departments: filter('$.Visit.Location.Department', ['CARD-INPATIENT', 'CATH-LAB', '10501001']),
  'provider NPI': filter('$.Visit.AttendingProvider.ID', ['1234567893', '1003000126']),
  'facility codes': filter('$.Visit.Location.Facility', ['NLM1', '0042', '555-1234']),
  'order codes like numbers': filter('$.Order.Procedure.Code', ['80053', '80061-90', 'LAB12-34-567']),
  LOINC: filter('$.Results[*].Code', ['2345-7', '718-7', '4548-4', '33914-3']),
  NDC: filter('$.Medications[*].Product.Code', ['0002-8215-01', '50090-0481-00', '00406-0512-01']),
  CPT: filter('$.Order.Procedure.Code', ['99213', '99214', '36415', '70450-26']),
  'ICD-10': filter('$.Diagnoses[*].Code', ['E11.9', 'I10', 'Z79.4', 'S72.001A']),
  SNOMED: filter('$.Problems[*].Code', ['38341003', '44054006', '195967001']),
  'event types': filter('$.Meta.EventType', ['NewPatient', 'PatientUpdate', 'Arrival']),
  'ZIP codes': filter('$.Patient.Demographics.Address.ZIP', ['62704', '62704-1234', '02139']),
  phones: filter('$.Visit.Location.Phone', ['217-555-0143', '(217) 555-0143', '+1-217-555-0143']),
  versions: filter('$.Meta.Source.Version', ['2.5.1', '2024-10-22', '1.0.0-beta.2']),
  'insurance plans': filter('$.Insurances[*].Plan.ID', ['31572', 'BCBS-IL', '60054']),
  languages: filter('$.Patient.Demographics.Language', ['en', 'es-MX', 'zh-Hans']),
})

const modifiers = cases('modifier', {
  'copies the SSN': put('$.Patient.Demographics.SSN', { get: 'Patient.Identifiers.SSN' }),
  'masks the SSN': put('$.Patient.Demographics.SSN', { constant: 'XXX-XX-XXXX' }),
  'builds an MRN': put('$.Patient.Identifiers[0].ID', {
    concat: [{ constant: 'NLH' }, { get: 'Patient.MRN' }],
  }),
  'a type for an identifier': put('$.Patient.Identifiers[*].IDType', { constant: 'MR' }),
  'reformats a birth date': put('$.Patient.Demographics.DOB', {
    plugin: { name: 'date', action: 'format', parameters: { from: 'YYYYMMDD', to: 'YYYY-MM-DD' } },
  }),
  'default birth date': put('$.Patient.Demographics.DOB', { get: 'Patient.DOB', default: '1900-01-01' }),
  'a constant facility': put('$.Visit.Location.Facility', { constant: 'NLM1' }),
  'a password field is removed': { flavor: 'delete', selector: '$.Meta.Auth.Password' },
  'a token reference': put('$.Meta.Auth.Token', { constant: 'secret://production/lab-token' }),
  'a token template': put('$.Meta.Auth.Token', { constant: '{{ vault.lab_token }}' }),
  'hash of a name': put('$.Meta.Key', {
    plugin: { name: 'hash', action: 'sha256', parameters: { of: 'Patient.MRN' } },
  }),
  'switch by table 0004': put('$.Visit.PatientClass', {
    switch: { I: 'Inpatient', O: 'Outpatient', E: 'Emergency' },
  }),
  'comment about secrets': put('$.Meta.X', {
    comment: 'The token is in the vault; the password is rotated monthly',
    get: 'Meta.Y',
  }),
  'comment about MRNs': put('$.Meta.X', {
    comment: 'MRN is padded to 8 digits, 00000042 style',
    get: 'Meta.Y',
  }),
  'comment about DOB': put('$.Meta.X', { comment: 'DOB is required since 2024-01-01', get: 'Meta.Y' }),
  'if and then': put('$.Visit.Type', {
    if: {
      operator: 'equals',
      terms: [{ get: 'Meta.Test' }, { constant: true }],
      // biome-ignore lint/suspicious/noThenProperty: a keyword of the config modifier's schema
      then: { constant: 'T' },
      else: { constant: 'P' },
    },
  }),
  merge: put('$.Meta', { merge: [{ get: 'Meta' }, { type: { Source: { constant: 'NLH' } } }] }),
  prefer: put('$.Visit.VisitNumber', { prefer: [{ get: 'Visit.Number' }, { get: 'Visit.AccountNumber' }] }),
  OID: put('$.Meta.Source.ID', { constant: '2.16.840.1.113883.3.6147.458.1' }),
  UUID: put('$.Meta.Source.ID', { constant: id('m1') }),
})

const sets = cases('set', {
  'HL7 table 0001': values('F', 'M', 'O', 'U', 'A', 'N'),
  'HL7 table 0063': values('SEL', 'SPO', 'DOM', 'CHD', 'GRD'),
  'HL7 table 0203': values('MR', 'MRN', 'SS', 'DL', 'PI', 'PT', 'AN', 'MC', 'MA'),
  'X12 qualifiers': values('IL', 'QC', '85', '87', 'NM1*IL', 'DMG'),
  'words about secrets': values('password', 'token', 'secret', 'apiKey', 'Bearer', 'Basic'),
  'segment names': values('MSH', 'PID', 'PV1', 'OBX', 'NK1', 'GT1'),
  'FHIR resource names': values('Patient', 'RelatedPerson', 'Bundle', 'Encounter'),
  'room numbers': values('101-01-0001', 'A-12-3456', '12-345-6789'),
  'serial numbers': values('SN123456789', '12-34-56789', 'X100-20-3000'),
  'eleven-letter codes': values('ABCDEFGHIJK', 'ROOM0000001', 'UNIT1234567'),
  'nine-digit codes': values('100000001', '231000003', '999999999'),
  dates: values('2024-01-01', '2024-12-31', '20240101'),
  hashes: values(made('s1', 64, alphabets.hex), made('s2', 40, alphabets.hex), made('s3', 32, alphabets.hex)),
  'base64 words': values('QXBwcm92ZWQ=', 'UmVqZWN0ZWQ='),
  OIDs: values('1.2.840.10008.1.2.1', '2.16.840.1.113883.4.1'),
  'SSN system': values('http://hl7.org/fhir/sid/us-ssn', 'urn:oid:2.16.840.1.113883.4.1'),
  'marital status': values('S', 'M', 'D', 'W', 'A'),
  'time zones': values('America/Chicago', 'Etc/GMT+5', 'US/Pacific-New'),
  colours: values('#ff00aa', '#123456', 'rgb(1,2,3)'),
  versions: values('v1.2.3', '10.0.19045', '2.5.1'),
  translation: {
    fromValueSet: { id: id('t1') },
    toValueSet: { id: id('t2') },
    translations: [{ fromValueId: 'v0', toValueId: 'v1' }],
  },
  'translation of codes': {
    translations: Array.from({ length: 12 }, (_, index) => ({
      from: `LOC-${1000 + index}`,
      to: `${70000 + index}`,
    })),
  },
  large: values(...Array.from({ length: 300 }, (_, index) => `C${(index * 7919) % 100_003}`)),
  'display texts': {
    values: [
      { id: 'pw', value: 'Password reset visit' },
      { id: 'tk', value: 'Token economy therapy' },
    ],
  },
})

const platform = cases('platform', {
  source: { serviceRegion: 'AWS_USA_EAST_1' },
  destination: {
    endpoint: 'https://intake.example/v1/messages',
    authCredential: id('p1'),
    hasVerificationToken: true,
    cloudProviderSettings: null,
  },
  'cloud settings': {
    endpoint: 'https://storage.example',
    cloudProviderSettings: {
      typeId: 'aws-s3',
      productId: 's3',
      settings: {
        bucket: 'northlake-results',
        roleArn: 'arn:aws:iam::123456789012:role/countersign',
        keyPrefix: 'in/',
      },
    },
  },
  credential: {
    authStrategy: 'OAuth_2.0_2-legged',
    url: 'https://login.example/oauth/token',
    clientId: 'northlake-integration',
    hasClientSecret: true,
    scopes: 'intake.write',
  },
  'credential by reference': {
    authStrategy: 'basic',
    username: 'svc',
    password: 'secret://production/intake/password',
  },
  'credential by vault path': { apiKey: 'vault:secret/data/lab#api_key' },
  'credential by environment': { apiKey: '${LAB_API_KEY}', token: '$LAB_TOKEN', secret: '%LAB_SECRET%' },
  'credential by ARN': {
    secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:lab-AbCdEf',
    password: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-GhIjKl',
  },
  'credential by key vault': {
    password: '@Microsoft.KeyVault(SecretUri=https://ehr.vault.azure.net/secrets/db/)',
  },
  'credential by file': { password: '/run/secrets/db_password', tlsKey: './certs/server.key' },
  'credential by 1Password': { token: 'op://Integrations/Lab/credential' },
  placeholders: {
    password: '<password>',
    apiKey: 'YOUR_API_KEY',
    token: 'changeme',
    secret: '********',
    pwd: 'xxxxxxxx',
  },
  empty: { password: '', apiKey: null, token: '' },
  'key discovery': { jwksURL: 'https://login.example/.well-known/jwks.json' },
  'alert rule': {
    alertType: { code: 'no-traffic' },
    alertConfiguration: { alertLookbackISODuration: 'PT2H' },
    notification: { type: 'email', configuration: { to: ['ops@northlake.example'] } },
    timeZone: 'America/Chicago',
  },
  subscription: {
    source: { id: id('p2'), environmentFlag: 'Staging' },
    destination: { id: id('p3'), environmentFlag: 'Staging' },
    dataModel: 'PatientAdmin',
  },
  webhook: {
    url: 'https://hooks.example/in',
    eventTypes: ['appointment.created', 'form_answer_group.signed'],
    retryOnFailure: true,
    enabled: false,
  },
  'public key': {
    jwks: {
      keys: [
        { kty: 'RSA', e: 'AQAB', n: made('p4', 342, alphabets.base64url), kid: made('p5', 20), use: 'sig' },
      ],
    },
  },
  'permission set': { name: 'Front desk', permissions: ['patients.read', 'secrets.none', 'tokens.revoke'] },
  'intake form': {
    name: 'Intake',
    fields: [
      { label: 'Date of birth', type: 'date', required: true },
      { label: 'Social Security number', type: 'text', hint: 'XXX-XX-XXXX' },
      { label: 'Password', type: 'password' },
    ],
  },
  'form with examples': {
    fields: [
      { label: 'Phone', placeholder: '217-555-0143' },
      { label: 'DOB', placeholder: 'MM/DD/YYYY' },
      { label: 'MRN', placeholder: 'e.g. 8 digits' },
    ],
  },
  automation: {
    trigger: 'appointment.created',
    steps: [
      {
        action: 'send_email',
        subject: 'Welcome, {{client.first_name}}',
        body: 'Your date of birth on file is {{client.dob}}.',
      },
    ],
  },
  'automation about passwords': {
    steps: [
      {
        action: 'send_email',
        subject: 'Reset your password',
        body: 'Use the link to set a new password. It is valid for 24 hours.',
      },
    ],
  },
})

const lookalikes = cases('look-alike', {
  'publishable key': { publishableKey: `pk${'_live_'}${made('k1', 24)}` },
  'site key': { captcha: { provider: 'recaptcha', siteKey: `6Lc${made('k2', 37)}` } },
  'measurement id': { analytics: { measurementId: 'G-1A2B3C4D5E', writeKeyName: 'segment' } },
  'passes of a job': { pass: 'second', passes: 3, bypass: 'RULE-1234abcd', compass: 'north-2024' },
  'kinds of authentication': { auth: 'none', authorization: 'required', credentials: 'include' },
  'access keys of a page': { menu: [{ label: 'Orders', accessKey: 'O' }] },
  'host keys': {
    hostKeyFingerprint: `SHA256:${made('k3', 43)}`,
    hostKey: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${made('k4', 43)}`,
  },
  'a tokenizer': { analyzer: { tokenizer: 'standard-v2-2024', tokenFilter: 'lowercase' } },
  'a secretary': { secretary: 'Desk 9, Suite 12b', monkey: 'banana1234xyz' },
  'prior authorization': { priorAuthorization: 'AUTH2024001234567', authorizationNumber: 'PA1234567890' },
  'a prefix of keys': { apiKeyPrefix: 'csk_stg_', tokenPrefix: 'Bearer ' },
  'a signature of a webhook': { signatureHeader: 'X-Hub-Signature-256', signatureAlgorithm: 'hmac-sha256' },
  appointment: { appointment: { start: '2026-03-12T10:00:00-05:00', length: 45, contact_type: 'video' } },
  'onboarding flow': {
    name: 'New client',
    items: [
      { item_type: 'custom_module_form', title: 'Intake' },
      { item_type: 'document', title: 'HIPAA' },
    ],
  },
  'custom modules': {
    modules: [
      { label: 'SSN (last four)', mod_type: 'text', sublabel: '' },
      { label: 'DOB', mod_type: 'date' },
    ],
  },
  'appointment types': {
    types: [
      { id: '10234', name: 'Initial visit', length: 60, cpt: '99204' },
      { id: '10235', name: 'Follow-up', length: 30, cpt: '99213' },
    ],
  },
  'chart note template': {
    sections: [
      { title: 'Subjective', content: '{{history}}' },
      { title: 'Plan', content: 'Return in 2 weeks.' },
    ],
  },
  billing: { fees: [{ cpt: '97802', cents: 12500 }], taxonomy: '133V00000X', pos: '02', npi: '1003000126' },
  'smart app': {
    clientId: 'b5f1c2d8-0c1e-4a57-9a55-7f5f6f0b9b11',
    launchUrl: 'https://app.example/launch',
    scopes: ['launch', 'patient/*.read'],
  },
  'lab compendium': {
    tests: [
      { code: '001453', name: 'Hemoglobin A1c', loinc: '4548-4', specimen: 'LAV' },
      { code: '005009', name: 'CBC', loinc: '58410-2' },
    ],
  },
})

export const cleanTypes: readonly CorpusCase[] = [
  ...filters,
  ...modifiers,
  ...sets,
  ...platform,
  ...lookalikes,
]
