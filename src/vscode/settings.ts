import * as vscode from 'vscode';
import type { ValidationRequest } from '../app.js';

/** Every setting of the extension, typed. The one place that reads them. */
export interface Settings {
  /** Absolute, or relative to the workspace folder. */
  environmentsFile: string;
  /** Absolute, or relative to the workspace folder. */
  snapshotsFolder: string;
  /** Path of the deck program, or its name to look on PATH. */
  deckPath: string;
  /** Milliseconds. */
  requestTimeout: number;
  /** Version to validate against; undefined to take the file's environment or the one that is assumed. */
  validationGatewayVersion: string | undefined;
  /** Severities by code, and plugins of the person's own. */
  validationRules: NonNullable<ValidationRequest['rules']>;
  /** Port of the practice gateway's Admin API. */
  practicePort: number;
}

export const section = 'kongBackup';

export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration(section);
  const text = (key: string, fallback: string): string => configuration.get<string>(key)?.trim() || fallback;
  return {
    environmentsFile: text('environmentsFile', 'kong-environments.yaml'),
    snapshotsFolder: text('snapshotsFolder', '.kong-snapshots'),
    deckPath: text('deck.path', 'deck'),
    requestTimeout: configuration.get<number>('requestTimeout', 15) * 1000,
    validationGatewayVersion: text('validation.gatewayVersion', '') || undefined,
    validationRules: {
      severity: plain(configuration.get('validation.severity', {})),
      customPlugins: plain(configuration.get('validation.customPlugins', [])),
    },
    practicePort: configuration.get<number>('practice.port', 18001),
  };
}

/** The editor gives proxies of maps and lists, which no worker can be sent. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
