using System.Globalization;
using Observability.Bench.Data;
using Observability.Bench.Measuring;

namespace Observability.Bench.Whole;

/// <summary>When the records of a run were written.</summary>
/// <param name="Start">A whole minute; no record is older.</param>
/// <param name="End">A whole minute; every record is older.</param>
internal readonly record struct CorpusTime(DateTimeOffset Start, DateTimeOffset End)
{
    public int Minutes => (int)(End - Start).TotalMinutes;

    /// <summary>As query APIs want it.</summary>
    public static string Nanoseconds(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() * 1_000_000).ToString(CultureInfo.InvariantCulture);
}

/// <summary>A question that both sides answer.</summary>
internal enum Question
{
    RareToken,
    CommonPhrase,
    InsideAToken,
    CountByMinuteAndSeverity,
    TopPipelines,
}

/// <summary>What a side answered, so that a fast wrong answer is found.</summary>
/// <param name="Count">Records that the question is about.</param>
/// <param name="Detail">How many lines came, or the numbers of the table in a fixed order.</param>
internal readonly record struct SideAnswer(long Count, string Detail);

/// <summary>A log store as its users run it: a process of its own that takes records over HTTP and is asked over HTTP.</summary>
internal abstract class LogSide(int processId, string directory) : IAsyncDisposable
{
    /// <summary>Lines that a page of a log browser shows.</summary>
    protected const int NewestLines = 100;

    /// <summary>Rows of a table of the most frequent.</summary>
    protected const int TopRows = 10;

    /// <summary>The texts that three of the questions look for; each side counts the same records for them.</summary>
    protected static string TextOf(Question question) => question switch
    {
        Question.RareToken => WholeCorpus.UniqueToken,
        Question.CommonPhrase => "Deadlock found when",
        _ => "fact_17",
    };

    public double ProcessorSeconds => ProcessClock.SecondsOf(processId);

    /// <summary>Of everything that the process keeps.</summary>
    public long DiskBytes => new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);

    protected string Directory => directory;

    /// <summary>Returns when the batch is acknowledged.</summary>
    public abstract Task SendAsync(SyntheticBatch batch, CancellationToken cancellationToken);

    /// <summary>Returns when a search sees that many records.</summary>
    public abstract Task WaitUntilSearchableAsync(long records, CorpusTime time, CancellationToken cancellationToken);

    /// <summary>Returns when the files are as small as they become without waiting for another day.</summary>
    public abstract Task CompactAsync(CancellationToken cancellationToken);

    public abstract Task<SideAnswer> AskAsync(Question question, CorpusTime time, CancellationToken cancellationToken);

    /// <summary>Ends the process; nothing of it runs any more when this returns.</summary>
    public abstract ValueTask DisposeAsync();
}
