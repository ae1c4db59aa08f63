import { validationRequest } from '../validationRequest.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import { openDocument } from './openDocument.js';
import { upgradeCommand } from './upgradeCommand.js';

type Needs = Pick<Workbench, 'app' | 'documents' | 'inPlay' | 'statuses'>;

/** Lists what in a file breaks on the way to another version of Kong. Nothing is written. */
export const validateForUpgrade = ({ app, documents, inPlay, statuses }: Needs): Command =>
  upgradeCommand({
    documents,
    open: openDocument,
    versions: async () => (await app.get()).gatewayVersions,
    async judge({ uri }, upgradeTo, context) {
      const request = { ...validationRequest(inPlay.current, statuses), upgradeTo };
      return (await (await app.get()).validate([uri.fsPath], request, context))[0];
    },
  });
