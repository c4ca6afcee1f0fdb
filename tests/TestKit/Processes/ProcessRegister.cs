using System.Collections.Concurrent;
using System.Globalization;

namespace Observability.TestKit;

/// <summary>
/// Who was started by this test program. What still lives when the program ends is killed; and because the program itself may be killed,
/// each process is also noted as a file in the folder that <c>OBS_TEST_PROCESSES</c> names, which <c>./test</c> sweeps when it ends.
/// The file holds the process' start time, so that a number used again by a stranger is not mistaken for ours.
/// </summary>
internal static class ProcessRegister
{
    private static readonly ConcurrentDictionary<int, string> _living = new();
    private static readonly string? _folder = Environment.GetEnvironmentVariable("OBS_TEST_PROCESSES");

    static ProcessRegister()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => KillAll();
    }

    public static void Add(int processId)
    {
        if (StartTimeOf(processId) is not { } startTime)
        {
            return;
        }
        _living[processId] = startTime;
        if (!string.IsNullOrEmpty(_folder))
        {
            Directory.CreateDirectory(_folder);
            File.WriteAllText(NoteOf(processId), startTime);
        }
    }

    public static void Remove(int processId)
    {
        _living.TryRemove(processId, out _);
        if (!string.IsNullOrEmpty(_folder))
        {
            File.Delete(NoteOf(processId));
        }
    }

    /// <summary>The kernel's start time of a process in clock ticks since boot (proc(5), field 22 of stat); null when it has ended.</summary>
    internal static string? StartTimeOf(int processId)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            // Field 2 is the program's name in parentheses and may itself hold blanks and parentheses.
            var afterName = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return afterName[0] is "Z" or "X" ? null : afterName[22 - 3];
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Kills what a test program that has ended left behind, by the notes in <paramref name="folder"/>; returns the command lines.</summary>
    internal static IReadOnlyList<string> Sweep(string folder)
    {
        var killed = new List<string>();
        foreach (var note in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
        {
            if (int.TryParse(Path.GetFileName(note), CultureInfo.InvariantCulture, out var processId) && StartTimeOf(processId) == File.ReadAllText(note))
            {
                killed.Add(string.Create(CultureInfo.InvariantCulture, $"{processId} {File.ReadAllText($"/proc/{processId}/cmdline").Replace('\0', ' ')}"));
                NativeSignals.TrySend(processId, ProcessSignal.Kill);
            }
            File.Delete(note);
        }
        return killed;
    }

    private static void KillAll()
    {
        foreach (var (processId, startTime) in _living)
        {
            if (StartTimeOf(processId) == startTime)
            {
                NativeSignals.TrySend(processId, ProcessSignal.Kill);
            }
            Remove(processId);
        }
    }

    private static string NoteOf(int processId) => Path.Combine(_folder!, processId.ToString(CultureInfo.InvariantCulture));
}
