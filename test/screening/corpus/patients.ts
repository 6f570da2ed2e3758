import { type CorpusCase, cases, patient } from './case.ts'
import { base64, medicare, recordNumber, socialSecurity } from './values.ts'

const message = (rest: string) => `MSH|^~\\&|EPIC|NLH|COUNTER|NLH|20260101120000||ADT^A01|1|P|2.5\r${rest}`
const pid = (number: string) =>
  `PID|1||${number}^^^NLH^MR||DOE^JANE^Q||19840312|F|||12 ELM ST^^SPRINGFIELD^IL^62704||2175550143`
const fhir = {
  resourceType: 'Patient',
  id: 'p1',
  name: [{ family: 'Doe', given: ['Jane'] }],
  birthDate: '1984-03-12',
}
const x12 = (segment: string) =>
  `ISA*00*          *00*          *ZZ*SENDER~GS*HC*S*R~ST*837*0001~${segment}~SE*3*0001~`

const numbers = cases('number', {
  'SSN in a filter': {
    action: 'send',
    rules: [
      { path: '$.Patient.Demographics.SSN', values: [patient(socialSecurity('n1'))], allowList: false },
    ],
  },
  'SSN under its name': { sample: { ssn: patient(socialSecurity('n2', '')) } },
  'SSN as a number': { sample: { ssn: patient(Number(socialSecurity('n3', ''))) } },
  'SSN with spaces under its name': { person: { socialSecurityNumber: patient(socialSecurity('n4', ' ')) } },
  'SSN in a modifier': {
    flavor: 'put',
    selector: '$.Patient.Demographics.SSN',
    schema: { constant: patient(socialSecurity('n5', '')) },
  },
  'SSN in a comment': {
    schema: { comment: patient(`as seen for ${socialSecurity('n6')} last week`), get: 'Patient' },
  },
  'SSN in prose, no dashes': { note: patient(`SSN: ${socialSecurity('n7', '')}`) },
  'SSN in prose with spaces': { note: patient(`social security number ${socialSecurity('n8', ' ')}`) },
  'SSN in a value set': { values: [{ id: 'a', value: patient(socialSecurity('n9')) }] },
  'SSN in a test step': { tests: [{ input: { SSN: patient(socialSecurity('n10')) }, expect: 'ok' }] },
  'SSN in code': { script: patient(`if (msg.ssn == '${socialSecurity('n11')}') { return false }`) },
  'SSN in base64': { blob: patient(base64(`patient ${socialSecurity('n12')} was duplicated`)) },
  'SSN in JSON text': { payload: patient(JSON.stringify({ ssn: socialSecurity('n13', '') })) },
  'SSN in XML': { xml: patient(`<person><ssn>${socialSecurity('n14')}</ssn></person>`) },
  'SSN in a list': { blocklist: { ssns: [patient(socialSecurity('n15'))] } },
  'SSN in a URL': { url: patient(`https://x.example/find?ssn=${socialSecurity('n16')}`) },
  'MBI with dashes': { note: patient(`member ${medicare('n17', '-')}`) },
  'MBI under its name': { eligibility: { mbi: patient(medicare('n18')) } },
  'MBI, Medicare number': { eligibility: { medicareNumber: patient(medicare('n19')) } },
  'MBI in prose': { text: patient(`Medicare id ${medicare('n20')} rejected`) },
  'MBI without a name': { rules: [{ match: patient(medicare('n21')) }] },
  'MRN under its name': { skip: { mrn: patient(recordNumber('n22')) } },
  'MRN as a number': { skip: { MRN: patient(Number(recordNumber('n23'))) } },
  'MRN in a list': { testPatients: { mrns: [patient(recordNumber('n24')), patient(recordNumber('n25'))] } },
  'MRN in Redox shape': { Patient: { Identifiers: [{ ID: patient(recordNumber('n26')), IDType: 'MR' }] } },
  'MRN by IDType MRN': { Identifiers: [{ IDType: 'MRN', ID: patient(`NLH${recordNumber('n27')}`) }] },
  'MRN in prose': { description: patient(`Reprocess MRN ${recordNumber('n28')} after go-live`) },
  'MRN with hash': { note: patient(`see MRN# ${recordNumber('n29')}`) },
  'MRN spelt out': { note: patient(`medical record number: ${recordNumber('n30')}`) },
  'MRN in a filter': {
    rules: [{ path: '$.Patient.MRN', values: [patient(recordNumber('n31'))], allowList: true }],
  },
  'MRN by system': {
    identifier: { system: 'https://northlake.example/mrn', value: patient(recordNumber('n32')) },
  },
  'MRN in snake case': { override: { medical_record_number: patient(recordNumber('n33')) } },
  'MRN in code': { script: patient(`var mrn = '${recordNumber('n34')}'; route(mrn);`) },
  'MRN in properties': { ini: patient(`test.mrn=${recordNumber('n35')}`) },
  'patient id': { debug: { patientId: patient(recordNumber('n36')) } },
  'chart number': { debug: { chartNumber: patient(recordNumber('n37')) } },
  'member id': { debug: { member_id: patient(recordNumber('n38')) } },
  'birth date': { sample: { birthDate: patient('1984-03-12') } },
  'dob, US order': { sample: { dob: patient('03/12/1984') } },
  'dob, compact': { sample: { DOB: patient('19840312') } },
  'dob, month by name': { sample: { date_of_birth: patient('12-Mar-1984') } },
  'dob, long': { sample: { dateOfBirth: patient('March 12, 1984') } },
  'dob with time': { sample: { patientDOB: patient('1984-03-12T00:00:00Z') } },
  'dob as a number': { sample: { dob: patient(19840312) } },
  'dob in a filter': { rules: [{ path: '$.Patient.Demographics.DOB', values: [patient('1984-03-12')] }] },
  'dob in prose': { note: patient('patient born 03/12/1984 had two visits') },
  'dob in prose, labelled': { note: patient('DOB: 1984-03-12, sex F') },
  'dob, spelt out': { note: patient('Date of birth 12 March 1984') },
  'dob in code': { script: patient("var dob = '1984-03-12'") },
  'dob in a modifier': {
    flavor: 'put',
    selector: '$.Patient.Demographics.DOB',
    schema: { constant: patient('1984-03-12') },
  },
  'dob in JSON text': { payload: patient(JSON.stringify({ dob: '1984-03-12' })) },
  'dob in a form’s default': { fields: [{ label: 'Date of birth', default: patient('1984-03-12') }] },
})

const messages = cases('message', {
  'HL7 message': { template: patient(message(pid(recordNumber('m1')))) },
  'PID alone': { sample: patient(pid(recordNumber('m2'))) },
  'HL7 with line feeds': { sample: patient(message(pid(recordNumber('m3'))).replaceAll('\r', '\n')) },
  'HL7 escaped in code': {
    script: patient(
      `var m = "${message(pid(recordNumber('m4')))
        .replaceAll('\\', '\\\\')
        .replaceAll('\r', '\\r')}";`,
    ),
  },
  'HL7 in base64': { attachment: patient(base64(message(pid(recordNumber('m5'))))) },
  'HL7 in JSON text': { raw: patient(JSON.stringify({ message: message(pid(recordNumber('m6'))) })) },
  'HL7 with guarantor': { sample: patient(message('GT1|1||DOE^JOHN||12 ELM ST^^SPRINGFIELD^IL|2175550143')) },
  'HL7 with next of kin': { sample: patient(message('NK1|1|DOE^JOHN|SPO|12 ELM ST|2175550143')) },
  'HL7 in MLLP': { sample: patient(`\u000b${message(pid(recordNumber('m7')))}\u001c\r`) },
  'HL7 with name only': { sample: patient(message('PID|1||||DOE^JANE')) },
  'HL7 with insurance': { sample: patient(message('IN1|1|A|B||||||||||||DOE^JANE^Q|SELF|19840312')) },
  'HL7 merge': { sample: patient(message(`MRG|${recordNumber('m8')}^^^NLH^MR`)) },
  'lone header': { sample: patient(message('EVN|A01|20260101120000')) },
  'PID in XML': { channel: patient(`<inbound><![CDATA[${pid(recordNumber('m9'))}]]></inbound>`) },
  'FHIR Patient': { fixture: patient(fhir) },
  'FHIR with identifier only': {
    fixture: patient({
      resourceType: 'Patient',
      identifier: [{ system: 'urn:oid:1.2.3', value: recordNumber('m10') }],
    }),
  },
  'FHIR with address': {
    fixture: patient({ resourceType: 'Patient', address: [{ line: ['12 Elm St'], city: 'Springfield' }] }),
  },
  'FHIR with birth date': {
    fixture: patient({ resourceType: 'Patient', birthDate: patient('1984-03-12').value }),
  },
  'FHIR with phone': {
    fixture: patient({ resourceType: 'Patient', telecom: [{ system: 'phone', value: '217-555-0143' }] }),
  },
  'FHIR Bundle': {
    bundle: {
      resourceType: 'Bundle',
      entry: [{ resource: { resourceType: 'Encounter' } }, { resource: patient(fhir) }],
    },
  },
  'FHIR contained': { sample: { resourceType: 'Observation', contained: [patient(fhir)] } },
  'FHIR in JSON text': { body: patient(JSON.stringify(fhir)) },
  'FHIR bundle in JSON text': {
    body: patient(JSON.stringify({ resourceType: 'Bundle', entry: [{ resource: fhir }] })),
  },
  'FHIR in base64': { body: patient(base64(JSON.stringify(fhir))) },
  'FHIR in code': { script: patient(`var p = ${JSON.stringify(fhir)}; send(p);`) },
  'FHIR in XML': {
    body: patient('<Patient xmlns="http://hl7.org/fhir"><name><family value="Doe"/></name></Patient>'),
  },
  'FHIR related person': {
    fixture: patient({ resourceType: 'RelatedPerson', name: [{ text: 'John Doe' }] }),
  },
  'FHIR lines': {
    ndjson: patient(`${JSON.stringify(fhir)}\n${JSON.stringify({ resourceType: 'Encounter' })}`),
  },
  CDA: {
    document: patient(
      '<recordTarget><patientRole><patient><name><given>Jane</given><family>Doe</family></name></patient></patientRole></recordTarget>',
    ),
  },
  'X12 subscriber': { sample: patient(x12('NM1*IL*1*DOE*JANE*Q***MI*W123456789')) },
  'X12 patient': { sample: patient(x12('NM1*QC*1*DOE*JIM')) },
  'X12 demographics': { sample: patient(x12('DMG*D8*19840312*F')) },
  'X12 dependent': { sample: patient(x12('NM1*03*1*DOE*JIM*T')) },
  'X12 with lines': { sample: patient('NM1*IL*1*DOE*JANE****MI*W123\n~DMG*D8*19840312*F') },
  'X12 in base64': { sample: patient(base64(x12('NM1*IL*1*DOE*JANE*Q'))) },
  'X12 enrolment': { sample: patient(x12('NM1*74*1*DOE*JANE')) },
  'Healthie client': {
    seed: { client: { first_name: 'Jane', dob: patient('1984-03-12'), record_identifier: 'A1' } },
  },
  'Redox message': {
    example: {
      Patient: {
        Identifiers: [{ ID: patient(recordNumber('m11')), IDType: 'MR' }],
        Demographics: { FirstName: 'Jane', DOB: patient('1984-03-12'), SSN: patient(socialSecurity('m12')) },
      },
    },
  },
  'name and phone only': { sample: { note: patient('Jane Doe, 12 Elm St, Springfield, has diabetes') } },
  'nine bare digits': { exceptions: [patient(socialSecurity('m13', ''))] },
  'MRN without a name': { exceptions: [patient(recordNumber('m14'))] },
})

export const plantedPatients: readonly CorpusCase[] = [...numbers, ...messages]
