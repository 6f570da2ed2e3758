type Plant = (planted: string) => string

/** Everything that a request for a webhook can bring along, with a canary in each part; `words` plants in free text. */
export function sentAlong(asset: string, plant: Plant, words: Plant) {
  const url = `https://${plant('a binding')}.example/`
  return {
    bindings: [{ asset, pointer: '/url', value: url }],
    manifest: {
      endpointsUsed: [url],
      webhookEventTypes: ['appointment.created'],
      expectedDataFlows: plant('a manifest'),
    },
    evidence: [{ kind: 'not-testable', note: plant('a note of evidence') }],
    acknowledge: [
      { rule: 'endpoint-suspicious', asset, pointer: '/url', justification: words('a justification') },
    ],
  }
}
