import { isVaultReference } from '../templates.js';
import { lastOf, type ConfFile, type ConfProperty } from './confFile.js';
import { environmentVariable } from './facts.js';
import type { ConfFinding, ConfInput } from './finding.js';

/** What Kong refuses, or passes over, because of two properties. What the file does not say the environment may. */
export function* checkTogether({ file }: ConfInput): Generator<ConfFinding> {
  const values = new Values(file);
  const role = values.of('role');
  if (role === 'data_plane') yield* ofDataPlane(values);
  else if (values.has('cluster_dp_labels') && !values.isOpen('role')) {
    yield values.wrong('cluster_dp_labels', 'Only a data plane has labels: `role` is not `data_plane`.');
  }
  if (role === 'control_plane') yield* ofControlPlane(values);
  if (role === 'data_plane' || role === 'control_plane') yield* ofBothPlanes(values, role);
  yield* ofDatabase(values);
  yield* ofPairs(values);
  yield* ofManager(values);
}

function* ofDataPlane(values: Values): Generator<ConfFinding> {
  if (!values.has('database')) {
    yield values.missing('role', 'database', 'A data plane has no database: `database = off`');
  } else if (!values.isOpen('database') && values.of('database') !== 'off') {
    yield values.wrong('database', 'A data plane has no database: with `role = data_plane` it must be `off`.');
  }
  if (/^off\b/.test(values.of('proxy_listen') ?? '')) {
    yield values.wrong('proxy_listen', 'A data plane has to listen for requests: Kong refuses to start.');
  }
  if (values.isOn('cluster_use_proxy') && !values.has('proxy_server')) {
    yield values.missing('cluster_use_proxy', 'proxy_server', 'It goes with `proxy_server`');
  }
}

function* ofControlPlane(values: Values): Generator<ConfFinding> {
  if (values.of('database') === 'off') {
    yield values.wrong(
      'database',
      'A control plane needs its database: with `role = control_plane` it cannot be `off`.',
    );
  }
  for (const name of ['admin_listen', 'cluster_listen']) {
    if (/^off\b/.test(values.of(name) ?? '')) {
      yield values.wrong(name, 'A control plane has to listen here: Kong refuses to start.');
    }
  }
  if (values.isOn('cluster_use_proxy')) {
    yield values.wrong('cluster_use_proxy', 'Only a data plane goes through a proxy to its control plane.');
  }
  if (values.of('cluster_mtls') === 'pki' && !values.has('cluster_ca_cert')) {
    yield values.missing('cluster_mtls', 'cluster_ca_cert', 'It goes with `cluster_ca_cert`');
  }
}

function* ofBothPlanes(values: Values, role: string): Generator<ConfFinding> {
  for (const name of ['cluster_cert', 'cluster_cert_key']) {
    if (!values.has(name)) yield values.missing('role', name, `\`role = ${role}\` goes with \`${name}\``);
  }
}

function* ofDatabase(values: Values): Generator<ConfFinding> {
  const isOff = values.of('database') === 'off';
  const declarative = ['declarative_config', 'declarative_config_string'].filter((name) => values.has(name));
  const isPlane = /_plane$/.test(values.of('role') ?? '');
  if (isOff && declarative.length === 0 && !isPlane) {
    const message = `Without \`declarative_config\` the gateway starts with no configuration, unless ${environmentVariable('declarative_config')} names a file or one is posted to \`/config\`.`;
    yield { severity: 'information', code: 'contradiction', message, at: values.place('database') };
  }
  if (isOff || values.isOpen('database')) return;
  for (const name of declarative) {
    const message = `Kong reads \`${name}\` only with \`database = off\`: it is passed over.`;
    yield { severity: 'warning', code: 'contradiction', message, at: values.place(name) };
  }
}

/** Certificates and their keys. */
function* ofPairs(values: Values): Generator<ConfFinding> {
  const prefixes = ['', 'client_', 'admin_', 'admin_gui_', 'status_', 'debug_', 'portal_gui_', 'portal_api_'];
  for (const prefix of prefixes) {
    const [certificate, key] = [`${prefix}ssl_cert`, `${prefix}ssl_cert_key`];
    if (values.has(certificate) && !values.has(key)) yield values.missing(certificate, key, `It goes with \`${key}\``);
    if (values.has(key) && !values.has(certificate)) {
      yield values.missing(key, certificate, `It goes with \`${certificate}\``);
    }
  }
}

function* ofManager(values: Values): Generator<ConfFinding> {
  if (!values.has('admin_gui_auth')) return;
  const rbac = values.of('enforce_rbac');
  if (rbac === 'off') {
    yield values.wrong('enforce_rbac', 'Kong Manager asks for a login, so it cannot be `off`.');
  } else if (rbac === undefined) {
    yield values.missing('admin_gui_auth', 'enforce_rbac', 'It goes with `enforce_rbac = on`');
  }
}

/** The values that count. */
class Values {
  constructor(private readonly file: ConfFile) {}

  /** Undefined for one that is not set, or is empty. */
  of(name: string): string | undefined {
    return lastOf(this.file, name)?.text || undefined;
  }

  has(name: string): boolean {
    return this.of(name) !== undefined;
  }

  isOn(name: string): boolean {
    return ['on', 'true'].includes(this.of(name) ?? '');
  }

  /** True where a vault has the value. */
  isOpen(name: string): boolean {
    return isVaultReference(this.of(name));
  }

  place(name: string): ConfProperty['value'] {
    return lastOf(this.file, name)?.value ?? { start: 0, end: 0 };
  }

  /** Kong refuses it. */
  wrong(name: string, message: string): ConfFinding {
    return { severity: 'error', code: 'contradiction', message, at: this.place(name) };
  }

  /** Kong refuses it, unless the environment has what the file has not. */
  missing(name: string, other: string, message: string): ConfFinding {
    const unless = `${message}, which is not set here. Kong refuses to start unless ${environmentVariable(other)} is set.`;
    return { severity: 'warning', code: 'contradiction', message: unless, at: this.place(name) };
  }
}
