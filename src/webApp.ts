import type { App, Comparison, Validation, ValidationRequest } from './app.js';
import { defaultWorkspace } from './core/environment.js';
import { readDocument } from './language/document.js';
import { deckFileOf } from './operations/deckFileOf.js';
import { judgeDocument, refuseUnknown } from './operations/judgeDocument.js';
import { planWorkspaces } from './operations/planWorkspaces.js';
import type { SchemaSource } from './schema/facts.js';

/** A declarative file whose text the caller has read. */
export interface TextFile {
  /** With its ending: `.json` is read as JSON. */
  name: string;
  text: string;
}

/** The part of the app that needs no gateway, no disk and no Node: what a browser can do. */
export interface WebApp extends Pick<App, 'gatewayVersions'> {
  /** What would have to change for `from` to become `to`. @throws KongBackupError `file-invalid`. */
  compare(from: TextFile, to: TextFile): Promise<Comparison>;
  /** @throws KongBackupError `gateway-version-unknown`, `check-unknown`. */
  validate(file: TextFile, request: ValidationRequest): Promise<Validation>;
}

/** Composes it; runs in a web worker. */
export function createWebApp(shipped: SchemaSource): WebApp {
  const newest = shipped.versions.at(-1) ?? '';
  return {
    gatewayVersions: shipped.versions,
    async compare(from, to) {
      const facts = await shipped.facts(newest);
      const [before, after] = [from, to].map(({ text, name }) => deckFileOf(text, name, facts, isJson(name)));
      const selectTags = before?.selectTags ?? after?.selectTags;
      const tags = selectTags && { selectTags: [...selectTags] };
      // A file is about one workspace, and what the other calls its own is not the question.
      const workspace = before?.workspace ?? after?.workspace ?? defaultWorkspace;
      const sides = { desired: after?.entities ?? [], live: before?.entities ?? [] };
      const { plan } = planWorkspaces([{ workspace, exists: true, unknownKinds: new Set(), ...sides }], {
        facts,
        ...tags,
        deleteGatewayWide: true,
        keepNothing: true,
      });
      return { plan, unknown: [], notCompared: [], warnings: [], ...tags };
    },
    async validate({ name, text }, request) {
      refuseUnknown(request, shipped);
      return judgeDocument(name, readDocument(text, isJson(name)), shipped, request);
    },
  };
}

const isJson = (name: string): boolean => /\.json$/i.test(name);
