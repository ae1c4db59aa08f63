import * as vscode from 'vscode';
import { kongConfLanguageId, languageId, type InitializationOptions } from '../languageServer/protocol.js';

/** What of the editor's documents the language server is given; of YAML the environments file and no other. */
export function documentSelector(schemes: readonly string[]): { language: string; scheme: string; pattern?: string }[] {
  return schemes.flatMap((scheme) => [
    { language: languageId, scheme },
    { language: kongConfLanguageId, scheme },
    { language: 'yaml', scheme, pattern: `**/${environmentsFileName()}` },
  ]);
}

/** The last part of the setting: wherever such a file lies, it is one. */
export function environmentsFileName(): string {
  const setting = vscode.workspace.getConfiguration('kongBackup').get<string>('environmentsFile') ?? '';
  return setting.split(/[\\/]/).at(-1) || 'kong-environments.yaml';
}

/** Whether the language server has something to say of a document. */
export function isForServer({ languageId: language, uri }: vscode.TextDocument): boolean {
  if (language === languageId || language === kongConfLanguageId) return true;
  return language === 'yaml' && uri.path.endsWith(`/${environmentsFileName()}`);
}

/** What the server has to know to judge the environments file as this editor's person sees it. */
export function environmentsFileOptions(): Pick<InitializationOptions, 'environmentsFile' | 'yamlIsChecked'> {
  const isChecked = vscode.workspace.getConfiguration('yaml').get<boolean>('validate') !== false;
  const yamlIsChecked = isChecked && vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined;
  return { environmentsFile: environmentsFileName(), yamlIsChecked };
}
