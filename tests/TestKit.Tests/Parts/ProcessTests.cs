using System.Globalization;

namespace Observability.TestKit.Tests.Parts;

public sealed class ProcessTests
{
    [Fact]
    public async Task A_process_that_ignores_the_request_to_stop_is_killed_and_that_is_said()
    {
        await using var stubborn = ChildProcess.Start(new ProgramStart("/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"));
        await Eventually.TrueAsync(() => stubborn.Output.Contains("up"), TimeSpan.FromSeconds(10), "the shell is up");
        Assert.False(await stubborn.StopAsync(TimeSpan.FromMilliseconds(200)));
        Assert.Null(ProcessRegister.StartTimeOf(stubborn.Id));
    }

    [Fact]
    public async Task A_process_that_listens_stops_cleanly()
    {
        await using var polite = ChildProcess.Start(new ProgramStart("/bin/sh", "-c", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
        await Eventually.TrueAsync(() => polite.Output.Contains("up"), TimeSpan.FromSeconds(10), "the shell is up");
        Assert.True(await polite.StopAsync(TimeSpan.FromSeconds(10)));
        Assert.Contains("bye", polite.Output.Lines);
    }

    [Fact]
    public async Task What_does_not_answer_in_time_is_ended_and_its_output_is_in_the_message()
    {
        var mute = new RestartableProcess(
            new ProgramStart("/bin/sh", "-c", "echo I have no port; exec sleep 60"), () => Task.FromResult(false), TimeSpan.FromMilliseconds(500));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => mute.StartAsync());
        Assert.Contains("I have no port", failure.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => mute.ProcessId);
    }

    [Fact]
    public async Task The_environment_is_laid_over_the_inherited_one()
    {
        var start = new ProgramStart("/bin/sh", "-c", "echo $ADDED-$HOME-end").With("ADDED", "yes").With("HOME", null);
        Assert.Equal((0, "yes--end"), await ChildProcess.RunAsync(start, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_program_that_runs_too_long_is_killed()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => ChildProcess.RunAsync(new ProgramStart("sleep", "60"), TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public async Task A_sweep_kills_the_noted_process_and_spares_a_stranger_that_got_its_number()
    {
        using var notes = new TemporaryDirectory();
        await using var leftBehind = ChildProcess.Start(new ProgramStart("sleep", "60"));
        await using var stranger = ChildProcess.Start(new ProgramStart("sleep", "61"));
        notes.Write(leftBehind.Id.ToString(CultureInfo.InvariantCulture), ProcessRegister.StartTimeOf(leftBehind.Id)!);
        notes.Write(stranger.Id.ToString(CultureInfo.InvariantCulture), "1");

        Assert.Equal($"{leftBehind.Id} sleep 60", Assert.Single(ProcessRegister.Sweep(notes.Path)).Trim());
        Assert.True(await leftBehind.WaitForExitAsync(TimeSpan.FromSeconds(10)));
        Assert.False(stranger.HasExited);
        Assert.Empty(Directory.GetFiles(notes.Path));
    }

    [Fact]
    public void Output_keeps_its_last_lines_only()
    {
        var tail = new OutputTail();
        for (var i = 0; i < 5_000; i++)
        {
            tail.Add(i.ToString(CultureInfo.InvariantCulture));
        }
        Assert.Equal(2_000, tail.Lines.Count);
        Assert.Equal("4999", tail.Lines[^1]);
    }

    [Fact]
    public void A_program_that_is_not_built_is_refused_with_the_command_that_builds_it()
    {
        var missing = Assert.Throws<FileNotFoundException>(() => ProductProcess.ProgramOf("Nowhere"));
        Assert.Contains("dotnet build src/Nowhere", missing.Message, StringComparison.Ordinal);
    }
}
