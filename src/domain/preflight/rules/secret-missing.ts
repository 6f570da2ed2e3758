import { missingSecrets } from '../../asset/secrets.ts'
import { inEachItem, type PreflightRule } from '../rule.ts'

export const secretMissing: PreflightRule = {
  id: 'secret-missing',
  severity: 'info',
  acknowledgement: 'never',
  says: 'Production holds no value for this secret. It does not keep the copy from landing; supply it before activation.',
  find: inEachItem(({ type, rendered, target }) =>
    missingSecrets(type, rendered, new Set(target.sealed)).map((pointer) => ({ pointer })),
  ),
}
