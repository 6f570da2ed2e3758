import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import type { Configuration } from '../config.ts'
import { runProcess } from '../runtime/process/run-process.ts'

interface BootstrapOptions {
  readonly organization: string
  readonly owner: string
  readonly email?: string
  readonly another?: boolean
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

type Work = (configuration: Configuration) => Promise<void>

// A command loads its own parts only, or each would wait for the server's.
function run(load: () => Promise<Work>): Promise<void> {
  return runProcess(process.env, async (configuration) => {
    const work = await load()
    await work(configuration)
  })
}

function commands(): Command {
  const program = new Command('countersign')
    .description('Carries configuration assets from staging to production, and proves it afterwards.')
    .version(version())
    .showHelpAfterError()
  program
    .command('server')
    .description('serve the API; brings PostgreSQL, Temporal and the workers along where none are configured')
    .action(() => run(async () => (await import('../runtime/serve.ts')).serve))
  program
    .command('worker')
    .description('serve task queues: control, development, staging, production')
    .argument('<queues...>')
    .action((queues: string[]) =>
      run(async () => {
        const { runWorkerProcess } = await import('../runtime/worker-process.ts')
        return (configuration) => runWorkerProcess(configuration, queues)
      }),
    )
  program
    .command('prepare')
    .description(
      'create roles and databases in the PostgreSQL servers whose <STORE>_DATABASE_URL_ADMINISTRATOR is given, with the ' +
        'passwords that stand in the addresses of the logins (<STORE>_DATABASE_URL_<LOGIN>)',
    )
    .action(() =>
      run(async () => (await import('../runtime/operations/prepare-clusters.ts')).prepareClusters),
    )
  program
    .command('migrate')
    .description('bring the configured databases to the newest schema, as the login migrator')
    .action(() => run(async () => (await import('../runtime/operations/migrate-stores.ts')).migrateStores))
  program
    .command('bootstrap')
    .description('make the first organization in the configured databases and print its owner’s key, once')
    .requiredOption('--organization <name>', 'name of the organization')
    .requiredOption('--owner <name>', 'name of the person who owns it')
    .option('--email <address>', 'address of the owner')
    .option('--another', 'also where there is an organization already')
    .action(({ organization, owner, email, another = false }: BootstrapOptions) =>
      run(async () => {
        const { bootstrapStores } = await import('../runtime/operations/bootstrap-stores.ts')
        const named = { organizationName: organization, ownerName: owner, another }
        const request = email === undefined ? named : { ...named, ownerEmail: email }
        return (configuration) => bootstrapStores(configuration, request)
      }),
    )
  program
    .command('openapi')
    .description('write the OpenAPI document')
    .option('--output <file>', 'where to, instead of standard output')
    .action(({ output }: { readonly output?: string }) =>
      run(async () => {
        const { writeOpenApi } = await import('./open-api.ts')
        return () => writeOpenApi(output)
      }),
    )
  program
    .command('rights')
    .description('write the page that says who may do what')
    .option('--output <file>', 'where to, instead of standard output')
    .action(({ output }: { readonly output?: string }) =>
      run(async () => {
        const { writeRights } = await import('./documents.ts')
        return () => writeRights(output)
      }),
    )
  program
    .command('asset-types')
    .description('write the page of the asset types that ship')
    .option('--output <file>', 'where to, instead of standard output')
    .action(({ output }: { readonly output?: string }) =>
      run(async () => {
        const { writeAssetTypes } = await import('./documents.ts')
        return () => writeAssetTypes(output)
      }),
    )
  program
    .command('preflight')
    .description('write the page of preflight and its rules')
    .option('--output <file>', 'where to, instead of standard output')
    .action(({ output }: { readonly output?: string }) =>
      run(async () => {
        const { writePreflight } = await import('./documents.ts')
        return () => writePreflight(output)
      }),
    )
  return program
}

await commands().parseAsync()
