namespace Observability.Messaging.InProcess;

/// <summary>Delivers again what a consumer did not take, with growing pauses: a full disk gets time to be emptied, and nothing is dropped.</summary>
internal static class Redelivery
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public static async ValueTask UntilTakenAsync(Func<ValueTask> deliver, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await deliver();
                return;
            }
            catch (IOException)
            {
                // What a consumer throws when its store is away; a bug throws something else and is not repeated for ever.
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }
}
