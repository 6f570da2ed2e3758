/** A statement was about to be sent by a transaction that has ended: somebody kept its handle, or did not wait. */
export class TransactionEnded extends TypeError {
  override readonly name = 'TransactionEnded'

  constructor() {
    super('the transaction has ended: nothing can be sent by it any more')
  }
}
