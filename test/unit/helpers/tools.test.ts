import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Tool } from '../../../scripts/tools/tool.js';
import { requireTool } from '../../helpers/tools.js';

const tool = (place: string | undefined): Tool => ({
  name: 'A tool',
  find: () => Promise.resolve(place),
  install: () => Promise.reject(new Error('never asked for')),
});

describe('requireTool', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('gives the place of a tool that is there', async () => {
    const { path, describeTool } = await requireTool(tool('/opt/tool'));
    expect(path).toBe('/opt/tool');
    expect(describeTool).toBe(describe);
  });

  it('skips what needs a missing tool, and says so', async () => {
    vi.stubEnv('CI', '');
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { describeTool } = await requireTool(tool(undefined));
    expect(describeTool).not.toBe(describe);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('A tool is not installed'));
  });

  it('fails in CI', async () => {
    vi.stubEnv('CI', 'true');
    await expect(requireTool(tool(undefined))).rejects.toThrow('npm run setup');
  });
});
