import type { Tool } from '../tools/tool.js';
import { say } from './say.js';

export interface MissingTool {
  tool: Tool;
  reason: string;
}

/** Installs what isn't there, one after the other. @returns what could not be had, and why. */
export async function installMissing(tools: readonly Tool[]): Promise<MissingTool[]> {
  const missing: MissingTool[] = [];
  for (const tool of tools) {
    const reason = await findOrInstall(tool);
    if (reason !== undefined) missing.push({ tool, reason });
  }
  return missing;
}

/** @returns why the tool can't be had; undefined when it is there. */
async function findOrInstall(tool: Tool): Promise<string | undefined> {
  const place = await tool.find();
  if (place !== undefined) {
    say(`${tool.name}: ${place}`);
    return undefined;
  }
  try {
    say(`${tool.name}: not there, installing`);
    const installed = await tool.install((line) => say(`${tool.name}: ${line}`));
    say(`${tool.name}: ${installed}`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
