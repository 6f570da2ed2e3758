import type { ScreeningRule } from './rule.ts'
import { assignedSecret } from './rules/assigned-secret.ts'
import { authorizationHeader } from './rules/authorization-header.ts'
import { awsKey } from './rules/aws-key.ts'
import { birthDate } from './rules/birth-date.ts'
import { connectionString } from './rules/connection-string.ts'
import { countersignKey } from './rules/countersign-key.ts'
import { fhirPatient } from './rules/fhir-patient.ts'
import { hl7Message } from './rules/hl7-message.ts'
import { jsonWebToken } from './rules/json-web-token.ts'
import { medicalRecordNumber } from './rules/medical-record-number.ts'
import { medicareNumber } from './rules/medicare-number.ts'
import { namedSecret } from './rules/named-secret.ts'
import { privateJwk } from './rules/private-jwk.ts'
import { privateKey } from './rules/private-key.ts'
import { serviceToken } from './rules/service-token.ts'
import { socialSecurityNumber } from './rules/social-security-number.ts'
import { urlCredentials } from './rules/url-credentials.ts'
import { x12Member } from './rules/x12-member.ts'

/**
 * Every rule. Where several speak up about one place, the first of the surest names it. A provider's NPI is in public
 * registers and says nothing about a patient, so no rule looks for it.
 */
export const screeningRules: readonly ScreeningRule[] = Object.freeze([
  privateKey,
  privateJwk,
  countersignKey,
  awsKey,
  jsonWebToken,
  serviceToken,
  authorizationHeader,
  urlCredentials,
  connectionString,
  namedSecret,
  assignedSecret,
  fhirPatient,
  hl7Message,
  x12Member,
  socialSecurityNumber,
  medicareNumber,
  medicalRecordNumber,
  birthDate,
])
