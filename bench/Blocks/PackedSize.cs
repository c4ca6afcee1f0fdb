using System.ComponentModel;
using System.Diagnostics;

namespace Observability.Bench.Blocks;

/// <summary>What a program that everybody has makes of a file.</summary>
internal static class PackedSize
{
    /// <summary>Bytes that <c>PROGRAM -1 -c FILE</c> prints; null when it is not installed.</summary>
    public static long? Of(string program, string path)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["-1", "-c", path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var buffer = new byte[1 << 16];
            var total = 0L;
            int read;
            while ((read = process.StandardOutput.BaseStream.Read(buffer)) > 0)
            {
                total += read;
            }
            process.WaitForExit();
            return process.ExitCode == 0 ? total : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
