import { isJsonArray } from '../../domain/asset/json/json-array.ts'
import { isJsonObject, type JsonValue } from '../../domain/json.ts'
import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { isValue, literalOf } from '../text/literal.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

const kinds = ['Patient', 'RelatedPerson', 'Person']
const identifying = ['name', 'identifier', 'birthDate', 'telecom', 'address', 'contact', 'photo']
/** Members inside of those that say something about a person rather than about the data. */
const telling = ['family', 'given', 'text', 'value', 'line', 'city', 'postalCode', 'birthDate', 'data']

const inJson = boundedPattern(
  '"resourceType\\\\{0,2}"\\s{0,4}:\\s{0,4}\\\\{0,2}"(?:Patient|RelatedPerson)\\\\{0,2}"',
)
const literalInJson = boundedPattern(
  '\\\\{0,2}"(?:family|birthDate)\\\\{0,2}"\\s{0,4}:\\s{0,4}\\\\{0,2}"[A-Za-z0-9][A-Za-z0-9 \'-]{1,60}\\\\{0,2}"',
)
const inXml = boundedPattern('<(?:Patient|patientRole|patientPatient)\\b')
const literalInXml = boundedPattern(
  '<(?:family|given|birthDate|birthTime)[^<>]{0,40}(?:value="[^"{$<]{2,80}"|>[^<{$]{2,80}</)',
)

function isLiteral(value: JsonValue): boolean {
  if (typeof value === 'number') return true
  if (typeof value !== 'string') return false
  const literal = literalOf(value)
  return isValue(literal) && !/^[A-Z][A-Za-z]{1,30}\.[A-Za-z]/.test(value)
}

function tells(member: string, value: JsonValue): boolean {
  const rest: { readonly member: string; readonly value: JsonValue }[] = [{ member, value }]
  // A bound on the work where resources stand inside of each other.
  let steps = 2000
  for (let next = rest.pop(); next !== undefined && steps > 0; next = rest.pop()) {
    steps -= 1
    const { value: inner, member: name } = next
    if (isJsonArray(inner)) for (const one of inner) rest.push({ member: name, value: one })
    else if (isJsonObject(inner)) {
      for (const [key, one] of Object.entries(inner)) rest.push({ member: key, value: one })
    } else if (telling.includes(name) && isLiteral(inner)) return true
  }
  return false
}

/** A FHIR Patient, or a person related to one, that says who it is; in JSON, in a bundle, inside of a text, or in XML. */
export const fhirPatient = Object.freeze<ScreeningRule>({
  name: 'fhir-patient',
  about: 'patient-data',
  finds: 'a patient as a FHIR resource or in a clinical document',
  needs: needing(['"', '<']),
  inStructure({ value }): Confidence | null {
    if (!isJsonObject(value) || !Object.hasOwn(value, 'resourceType')) return null
    const { resourceType } = value
    if (typeof resourceType !== 'string' || !kinds.includes(resourceType)) return null
    const says = Object.entries(value).some(
      ([member, inner]) => identifying.includes(member) && tells(member, inner),
    )
    return says ? 'high' : null
  },
  inText({ text }): Confidence | null {
    if (inJson.test(text) && literalInJson.test(text)) return 'high'
    return inXml.test(text) && literalInXml.test(text) ? 'high' : null
  },
})
