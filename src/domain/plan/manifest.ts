/** What a promotion needs outside Countersign, as its requester declares it. */
export type Manifest = {
  readonly endpointsUsed?: readonly string[] | undefined
  readonly requiredPermissions?: readonly string[] | undefined
  readonly webhookEventTypes?: readonly string[] | undefined
  /** What the automations do, in words. */
  readonly automationLogic?: string | undefined
  /** Which data flows where, in words. */
  readonly expectedDataFlows?: string | undefined
}
