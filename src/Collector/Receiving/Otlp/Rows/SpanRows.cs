using System.Text;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.Otlp.Rows;

/// <summary>
/// Takes spans from a decoder field by field and writes them as log rows of streams of their own (<c>source="otlp-traces"</c>): the row's time is the span's
/// start, its body the span's name, the rest are attributes. An event of a span is a row with the same identities, at its own time. So spans are found, kept
/// and deleted as lines are, and an alert, a line, a run and a span find each other by trace id. Links between spans are not kept.
/// </summary>
internal sealed class SpanRows(OtlpValues values, LogRows rows)
{
    private const int InformationSeverity = 9;
    private const int ErrorSeverity = 17;
    private const int ErrorStatus = 2;

    // By the numbers of SpanKind and Status.StatusCode (opentelemetry/proto/trace/v1); 0, "unspecified", is not written.
    private static readonly byte[][] s_kinds = [.. new[] { "", "internal", "server", "client", "producer", "consumer" }.Select(Encoding.ASCII.GetBytes)];
    private static readonly byte[][] s_statuses = [.. new[] { "", "ok", "error" }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[] s_duration = Encoding.ASCII.GetBytes(SpanAttributes.Duration);
    private static readonly byte[] s_parentId = Encoding.ASCII.GetBytes(SpanAttributes.ParentId);
    private static readonly byte[] s_kind = Encoding.ASCII.GetBytes(SpanAttributes.Kind);
    private static readonly byte[] s_status = Encoding.ASCII.GetBytes(SpanAttributes.Status);
    private static readonly byte[] s_statusMessage = Encoding.ASCII.GetBytes(SpanAttributes.StatusMessage);

    private readonly byte[] _trace = new byte[16];
    private readonly byte[] _span = new byte[8];
    private readonly byte[] _parent = new byte[8];
    private bool _hasTrace;
    private bool _hasSpan;
    private bool _hasParent;

    public OtlpValue Name { get; set; }

    public ulong StartUnixNanoseconds { get; set; }

    public ulong EndUnixNanoseconds { get; set; }

    public int Kind { get; set; }

    public int Status { get; set; }

    public OtlpValue StatusMessage { get; set; }

    /// <summary>Sixteen bytes to be filled in.</summary>
    public Span<byte> SetTraceId()
    {
        _hasTrace = true;
        return _trace;
    }

    /// <summary>Eight bytes to be filled in.</summary>
    public Span<byte> SetSpanId()
    {
        _hasSpan = true;
        return _span;
    }

    /// <summary>Eight bytes to be filled in.</summary>
    public Span<byte> SetParentSpanId()
    {
        _hasParent = true;
        return _parent;
    }

    public void Begin()
    {
        rows.BeginRecord();
        Name = StatusMessage = default;
        StartUnixNanoseconds = EndUnixNanoseconds = 0;
        Kind = Status = 0;
        _hasTrace = _hasSpan = _hasParent = false;
    }

    /// <summary>Of the span, or of the event that was begun.</summary>
    public void AddAttribute(in OtlpAttribute attribute) => rows.AddAttribute(attribute);

    /// <summary>Everything of the span but its events is known; they may follow.</summary>
    public void End()
    {
        // A clock that was set back while the span ran must not make it look endless.
        var duration = EndUnixNanoseconds > StartUnixNanoseconds ? EndUnixNanoseconds - StartUnixNanoseconds : 0;
        Add(s_duration, OtlpValue.Integer((long)Math.Min(duration, long.MaxValue)));
        if (_hasParent)
        {
            Span<byte> digits = stackalloc byte[16];
            Convert.TryToHexStringLower(_parent, digits, out _);
            AddText(s_parentId, digits);
        }
        if (Kind > 0 && Kind < s_kinds.Length)
        {
            AddText(s_kind, s_kinds[Kind]);
        }
        if (Status > 0 && Status < s_statuses.Length)
        {
            AddText(s_status, s_statuses[Status]);
        }
        if (StatusMessage.Length > 0)
        {
            Add(s_statusMessage, StatusMessage);
        }
        EndRow(Name, StartUnixNanoseconds, Status == ErrorStatus ? ErrorSeverity : InformationSeverity);
    }

    public void BeginEvent() => rows.BeginRecord();

    /// <param name="name">Of the event.</param>
    /// <param name="timeUnixNanoseconds">0 stands for the start of the span.</param>
    public void EndEvent(OtlpValue name, ulong timeUnixNanoseconds) =>
        EndRow(name, timeUnixNanoseconds != 0 ? timeUnixNanoseconds : StartUnixNanoseconds,
            values.TextOf(name).SequenceEqual("exception"u8) ? ErrorSeverity : InformationSeverity);

    private void EndRow(OtlpValue body, ulong timeUnixNanoseconds, int severity)
    {
        rows.Body = body;
        rows.TimeUnixNanoseconds = timeUnixNanoseconds;
        rows.SeverityNumber = severity;
        if (_hasTrace)
        {
            _trace.CopyTo(rows.SetTraceId());
        }
        if (_hasSpan)
        {
            _span.CopyTo(rows.SetSpanId());
        }
        rows.EndRecord();
    }

    private void AddText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text) => Add(name, values.AddText(text));

    private void Add(ReadOnlySpan<byte> name, OtlpValue value) => rows.AddAttribute(new OtlpAttribute(values.AddText(name), value));
}
