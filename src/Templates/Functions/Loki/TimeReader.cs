using System.Globalization;

namespace Observability.Templates;

/// <summary>Reads times by Go's reference layout (package time, <c>ParseInLocation</c>).</summary>
internal static class TimeReader
{
    private static readonly DateTimeFormatInfo English = CultureInfo.InvariantCulture.DateTimeFormat;

    /// <summary>The time, or Go's zero time where the text does not fit the layout, which is what Loki's templates get.</summary>
    /// <param name="layout">Mon Jan 2 15:04:05 MST 2006 in the order of the text.</param>
    /// <param name="text">The time.</param>
    /// <param name="zone">Of a text that does not tell its own.</param>
    public static TemplateTime Read(string layout, string text, TimeZoneInfo zone)
    {
        var parts = new Parts();
        return parts.TryRead(layout, text) && parts.TryCompose(zone, out var time) ? time : TemplateTime.Zero;
    }

    private sealed class Parts
    {
        private int _year;
        private int _month = 1;
        private int _day = 1;
        private int _dayOfYear;
        private int _hour;
        private int _minute;
        private int _second;
        private long _ticks;
        private bool? _isAfternoon;
        private TimeSpan? _offset;
        private string _rest = "";

        public bool TryRead(string layout, string text)
        {
            _rest = text;
            for (var position = 0; position < layout.Length;)
            {
                var element = TimeLayout.ElementAt(layout.AsSpan(position));
                if (element is null)
                {
                    if (_rest.Length == 0 || _rest[0] != layout[position])
                    {
                        return false;
                    }
                    _rest = _rest[1..];
                    position++;
                    continue;
                }
                if (!TryReadElement(element))
                {
                    return false;
                }
                position += element.Length;
                // Go takes a fraction behind the seconds whether the layout has one or not.
                if (element is "05" or "5" && TimeLayout.ElementAt(layout.AsSpan(position)) is not ['.' or ',', ..] && _rest is ['.' or ',', >= '0' and <= '9', ..])
                {
                    TakeFraction(digits: 0);
                }
            }
            return _rest.Length == 0;
        }

        public bool TryCompose(TimeZoneInfo zone, out TemplateTime time)
        {
            time = default;
            var hour = _isAfternoon is { } afternoon ? (_hour % 12) + (afternoon ? 12 : 0) : _hour;
            if (_year is < 2 or > 9998 || _month is < 1 or > 12 || _day < 1 || _day > DateTime.DaysInMonth(_year, _month) || hour > 23 || _minute > 59 || _second > 59
                || (_dayOfYear > 0 && _dayOfYear > (DateTime.IsLeapYear(_year) ? 366 : 365)))
            {
                return false;
            }
            var local = _dayOfYear > 0 ? new DateTime(_year, 1, 1).AddDays(_dayOfYear - 1) : new DateTime(_year, _month, _day);
            local = local.AddHours(hour).AddMinutes(_minute).AddSeconds(_second).AddTicks(_ticks);
            var moment = new DateTimeOffset(local, _offset ?? zone.GetUtcOffset(local));
            time = _offset is null ? new TemplateTime(moment).In(zone.Id) : new TemplateTime(moment);
            return true;
        }

        private bool TryReadElement(string element) => element switch
        {
            "2006" => TryTake(4, 4, out _year),
            "06" => TryTake(2, 2, out var year) && (_year = year + (year >= 69 ? 1900 : 2000)) > 0,
            "January" => TryTakeName(English.MonthNames, out _month),
            "Jan" => TryTakeName(English.AbbreviatedMonthNames, out _month),
            "Monday" => TryTakeName(English.DayNames, out _),
            "Mon" => TryTakeName(English.AbbreviatedDayNames, out _),
            "01" => TryTake(2, 2, out _month),
            "1" => TryTake(1, 2, out _month),
            "02" => TryTake(2, 2, out _day),
            "2" => TryTake(1, 2, out _day),
            "_2" => TrySkipBlank() && TryTake(1, 2, out _day),
            "002" => TryTake(3, 3, out _dayOfYear),
            "15" or "03" => TryTake(2, 2, out _hour),
            "3" => TryTake(1, 2, out _hour),
            "04" => TryTake(2, 2, out _minute),
            "4" => TryTake(1, 2, out _minute),
            "05" => TryTake(2, 2, out _second),
            "5" => TryTake(1, 2, out _second),
            "PM" or "pm" => TryTakeHalf(element),
            "MST" => TryTakeZone(),
            ['.' or ',', ..] => TryTakeFraction(element),
            _ => TryTakeOffset(element),
        };

        private bool TryTake(int minimumDigits, int maximumDigits, out int number)
        {
            var digits = 0;
            while (digits < maximumDigits && digits < _rest.Length && char.IsAsciiDigit(_rest[digits]))
            {
                digits++;
            }
            number = digits > 0 ? int.Parse(_rest.AsSpan(0, digits), CultureInfo.InvariantCulture) : 0;
            _rest = _rest[digits..];
            return digits >= minimumDigits;
        }

        private bool TrySkipBlank()
        {
            _rest = _rest.StartsWith(' ') ? _rest[1..] : _rest;
            return true;
        }

        private bool TryTakeName(string[] names, out int number)
        {
            var index = Array.FindIndex(names, name => name.Length > 0 && _rest.StartsWith(name, StringComparison.OrdinalIgnoreCase));
            number = index + 1;
            _rest = index >= 0 ? _rest[names[index].Length..] : _rest;
            return index >= 0;
        }

        private bool TryTakeHalf(string element)
        {
            var (afternoon, morning) = element == "PM" ? ("PM", "AM") : ("pm", "am");
            _isAfternoon = _rest.StartsWith(afternoon, StringComparison.Ordinal) ? true : _rest.StartsWith(morning, StringComparison.Ordinal) ? false : null;
            _rest = _isAfternoon is null ? _rest : _rest[2..];
            return _isAfternoon is not null;
        }

        // An abbreviation does not say its offset: only UTC is known, and Go takes every other one for zero too.
        private bool TryTakeZone()
        {
            var length = 0;
            while (length < _rest.Length && length < 5 && char.IsAsciiLetterUpper(_rest[length]))
            {
                length++;
            }
            _offset = TimeSpan.Zero;
            _rest = _rest[length..];
            return length >= 3;
        }

        private bool TryTakeFraction(string element)
        {
            var isFixed = element[1] == '0';
            if (_rest.Length > 1 && _rest[0] == element[0] && char.IsAsciiDigit(_rest[1]))
            {
                TakeFraction(isFixed ? element.Length - 1 : 0);
                return true;
            }
            return !isFixed;
        }

        /// <param name="digits">How many; 0 takes all.</param>
        private void TakeFraction(int digits)
        {
            var end = 1;
            while (end < _rest.Length && char.IsAsciiDigit(_rest[end]) && (digits == 0 || end <= digits))
            {
                end++;
            }
            _ticks = long.Parse(_rest[1..end].PadRight(7, '0').AsSpan(0, 7), CultureInfo.InvariantCulture);
            _rest = _rest[end..];
        }

        private bool TryTakeOffset(string element)
        {
            if (element[0] == 'Z' && _rest.StartsWith('Z'))
            {
                (_offset, _rest) = (TimeSpan.Zero, _rest[1..]);
                return true;
            }
            var shape = element[1..];
            if (element[0] is not ('Z' or '-') || _rest is not ['+' or '-', ..] || _rest.Length <= shape.Length)
            {
                return false;
            }
            var text = _rest.AsSpan(1, shape.Length);
            var numbers = new int[3];
            var count = 0;
            for (var i = 0; i < shape.Length; i += shape[i] == ':' ? 1 : 2)
            {
                if (shape[i] == ':' ? text[i] != ':' : !int.TryParse(text.Slice(i, 2), NumberStyles.None, CultureInfo.InvariantCulture, out numbers[count++]))
                {
                    return false;
                }
            }
            // .NET's times have offsets of whole minutes below 14 hours, and so have all zones of today.
            if (numbers[0] > 13 || numbers[1] > 59 || numbers[2] != 0)
            {
                return false;
            }
            var size = new TimeSpan(numbers[0], numbers[1], 0);
            _offset = _rest[0] == '-' ? -size : size;
            _rest = _rest[(shape.Length + 1)..];
            return true;
        }
    }
}
