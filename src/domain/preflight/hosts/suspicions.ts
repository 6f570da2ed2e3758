/** Why a host does not look like one of production; each reads on after "This endpoint …". */
export const suspicions = Object.freeze({
  here: 'leads to the machine that calls it',
  privately: 'has an address that exists in a private network only',
  reserved: 'has a name or an address that is reserved for tests and examples',
  tunnel: 'is a tunnel or a collector of test requests',
  named: 'is named like one of staging or of a test',
})
