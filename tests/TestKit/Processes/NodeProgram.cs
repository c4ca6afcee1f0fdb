namespace Observability.TestKit;

/// <summary>
/// A script for node with the packages that its package-lock.json pins, restored into a folder of its own: clients that exist only for JavaScript are tested
/// as people run them. Nothing of a package runs while it is restored.
/// </summary>
public sealed class NodeProgram : IDisposable
{
    /// <summary>A restore of 20 small packages takes 4 s; what takes longer than this has no registry to ask.</summary>
    private static readonly TimeSpan s_restoreTimeout = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _folder;
    private readonly string _node;

    private NodeProgram(TemporaryDirectory folder, string node)
    {
        _folder = folder;
        _node = node;
    }

    /// <param name="folder">In the repository: scripts, package.json, package-lock.json.</param>
    /// <exception cref="ServerUnavailableException">Node or npm is not installed, or the packages cannot be had.</exception>
    public static async Task<NodeProgram> RestoreAsync(string folder)
    {
        var node = InstalledProgram.Find("node", "nodejs", "/usr/bin/node", "/usr/local/bin/node");
        var npm = InstalledProgram.Find("node", "npm", "/usr/bin/npm", "/usr/local/bin/npm");
        var copy = new TemporaryDirectory("node");
        try
        {
            foreach (var file in Directory.GetFiles(folder))
            {
                File.Copy(file, copy.PathOf(Path.GetFileName(file)));
            }
            var restore = new ProgramStart(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error") { WorkingDirectory = copy.Path };
            var (exitCode, output) = await ChildProcess.RunAsync(restore, s_restoreTimeout);
            return exitCode == 0 ? new NodeProgram(copy, node) : throw new ServerUnavailableException("npm registry", $"npm ci in {folder} failed: {output.Trim()}");
        }
        catch (TimeoutException timeout)
        {
            copy.Dispose();
            throw new ServerUnavailableException("npm registry", timeout.Message, timeout);
        }
        catch (ServerUnavailableException)
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>Runs a script of the folder to its end; its exit code and what it wrote.</summary>
    public Task<(int ExitCode, string Output)> RunAsync(string script, TimeSpan timeout, params string[] arguments) =>
        ChildProcess.RunAsync(new ProgramStart(_node, [script, .. arguments]) { WorkingDirectory = _folder.Path }, timeout);

    public void Dispose() => _folder.Dispose();
}
